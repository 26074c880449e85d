// Aboveboard: what the status page says of the whole site, in one line.
// <script async src="https://status.example.com/embed/status.js"></script>
//
// Options, all attributes of the script element:
//   data-target  a CSS selector: drawn inside of what it finds, else where the script stands
//   data-lang    one of the languages of the status page
//   data-theme   light or dark, after what it stands on; auto (default) has the colour of text around it
(data => {
  // We are guests: whatever goes wrong, the page does not hear of it.
  try {
    /*GUEST*/
    // A module does not know its element.
    const script = read("currentScript") || call("querySelector", '[src*="/embed/status.js"]');
    const set = script ? script.dataset : {};
    const words = data.words.find(one => `${set.lang}-`.startsWith(one.lang + "-")) || data.words[0];

    // In a shadow root `!important` is stronger than that of the page. Marks stand out from white and black.
    const css = `:host{display:inline!important}
      a{color:${{ light: "#1d2126", dark: "#f0efec" }[set.theme] || "inherit"};text-decoration:none}
      a:hover{text-decoration:underline}
      b{color:#7d8187;margin-inline-end:.4em}
      .none{color:#2a8a57}
      .maintenance{color:#3f7de0}
      .minor{color:#c2661a}
      .major,.critical{color:#dc3f33}`;
    const host = make("span"), root = host.attachShadow({ mode: "closed" });
    const mark = make("b", { "aria-hidden": true }), text = make("span");
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {
      root.append(make("style", {}, css));
    }
    root.append(make("a", { href: data.site, title: data.title, lang: words.lang, dir: words.dir }, mark, text));

    const show = () => {
      try {
        // An old copy tells by the visitor's clock that it is old.
        const state = data.states.find(one => !one.until || Date.now() <= one.until);
        const say = words.say[data.states.indexOf(state)];
        if (text.textContent !== say) {
          mark.textContent = state.mark;
          mark.className = state.indicator;
          text.textContent = say;
        }
        if (host.isConnected) return;
        try {
          call("querySelector", set.target).append(host);
        } catch {
          const body = read("body");
          if (body.contains(script)) script.after(host);
          else body.append(host);
        }
      } catch {}
    };
    setInterval(show, 3e4);
    read("readyState") === "loading" ? call("addEventListener", "DOMContentLoaded", show) : show();
  } catch {}
})(/*DATA*/);
