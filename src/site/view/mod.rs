//! The theme contract: what templates see, and nothing else.
//!
//! Every template gets `frame`, one of the page structs as `page`, and the words of the language
//! as `t`. Times come as [`Moment`]; texts are plain unless their name ends in `_html`, which is
//! safe HTML. A `path` or `url` below is a site path without a leading slash unless something else
//! is said: pages go behind `frame.home`, everything else behind `frame.root`.

mod component;
mod declared;
mod frame;
mod pages;
mod past;

pub use self::component::*;
pub use self::declared::*;
pub use self::frame::*;
pub use self::pages::*;
pub use self::past::*;
