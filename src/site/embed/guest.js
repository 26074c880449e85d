// What both scripts need in a page that is not theirs; it stands where they say GUEST.
// Elements of the page may have the names of what we look for, so only prototypes are trusted.
const proto = Document.prototype;
const call = (name, ...rest) => proto[name].apply(document, rest);
const read = name => Reflect.get(proto, name, document);
const make = (name, attributes, ...inside) => {
  const node = call("createElement", name);
  for (const key in attributes) node.setAttribute(key, attributes[key]);
  node.append(...inside);
  return node;
};
