// Aboveboard: planned maintenance and open incidents, inside your own pages.
// <script async src="https://status.example.com/embed/maintenance.js"></script>
//
// Options, all attributes of the script element:
//   data-position    top (default), bottom, inline, or none to draw nothing
//   data-target      a CSS selector: drawn inside of what it finds
//   data-components  ids of components: only what names one of them, or none at all
//   data-show        maintenance (default), incidents, all
//   data-within      how early planned maintenance is shown: 48h (default), 7d
//   data-lang        one of the languages of the status page
//   data-theme       light, dark, auto (default)
//
// What is due is in `Aboveboard.notices`; `aboveboard:change` on the document tells of changes, and
// `Aboveboard.dismiss(id)` is what the button does.
//
// It is served without comments and without the spaces before lines and around operators, of which
// no text in here may have any.
(data => {
  // We are guests: whatever goes wrong, the page does not hear of it.
  try {
    /*GUEST*/

    // A module does not know its element.
    const script = read("currentScript") || call("querySelector", `[src*="/${data.name}"]`);
    const set = script ? script.dataset : {};
    // Loaded twice for one place, it shows once.
    const slot = data.key + set.target;
    if (window[slot]) return window[slot]();
    const position = set.target ? "inline" : set.position;
    const [, count, unit] = /^(\d+)([hd])$/.exec(set.within) || [0, 48];
    const early = count * (unit === "d" ? 864e5 : 36e5);
    const only = (set.components || "").match(/[^\s,]+/g);
    const words = data.words.find(one => `${set.lang}-`.startsWith(one.lang + "-")) || data.words[0];

    // In a shadow root `!important` is stronger than that of the page.
    const css = `:host{all:initial!important;display:contents!important}
      section{color-scheme:${(set.theme || "auto").replace("auto", "light dark")};display:grid;gap:4px;background:Canvas;border-radius:8px;font:.94em/1.4 system-ui${position === "inline" ? "" : `;position:fixed;z-index:99999999;inset:${position === "bottom" ? "auto 8px 8px" : "8px 8px auto"};margin:auto;max-width:46em;max-height:40vh;overflow:auto`}}
      div{display:flex;flex-wrap:wrap;gap:8px;align-items:baseline;padding:8px 12px;color:#47d;border:1px solid #8888;border-inline-start:5px solid;border-radius:8px}
      .incident{color:#d43}
      p{flex:1 13em;margin:0;overflow-wrap:anywhere}
      p,a,button{color:CanvasText}
      a{display:inline-block;padding:2px 0}
      small{display:block;font-size:.94em}
      button{font:inherit;background:none;border:1px solid;border-radius:8px;padding:2px 8px;cursor:pointer}
      @media print{section{display:none}}`;
    const host = make("div"), root = host.attachShadow({ mode: "closed" });
    const region = make("section", { role: data.role, "aria-atomic": false, "aria-label": data.title, lang: words.lang, dir: words.dir });
    try {
      const sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
      root.adoptedStyleSheets = [sheet];
    } catch {}
    root.append(region);
    let done = [], before, last;
    host.addEventListener("focusin", event => before = event.relatedTarget || before);

    const time = (start, end) => {
      try {
        const format = new Intl.DateTimeFormat(words.locale, { dateStyle: "full", timeStyle: "short" });
        return end ? format.formatRange(start, end) : format.format(start);
      } catch {
        return [start, end].filter(Boolean).map(ms => `${new Date(ms)}`.slice(0, 21)).join(" - ");
      }
    };
    // One row for each notice, made once, so that focus stays where it is.
    const rows = data.notices.map(({ id, kind, title, url, start, end, components, mark }) => {
      const button = make("button", { "aria-label": `${words.dismiss}: ${title}` }, words.dismiss);
      button.onclick = () => {
        dismiss(id);
        // Not to the top of the page, but to a notice that is left, or back to where the visitor came from.
        const next = region.querySelector("button") || before;
        if (next) next.focus();
      };
      return make("div", { class: kind },
        make("span", { "aria-hidden": true }, mark),
        make("p", {},
          make("b"), " ", make("a", { href: url, lang: data.words[0].lang, dir: "auto" }, title),
          make("small", {}, [start && time(start, end), components.map(one => one.name).join(words.list)].filter(Boolean).join(" · "))),
        button);
    });

    // The list of what was dismissed is short, so that it never fills the storage of the page.
    const key = "aboveboard-dismissed";
    const load = () => { try { done = JSON.parse(localStorage[key]).concat(); } catch {} };
    load();
    const dismiss = id => {
      // Another tab may have written meanwhile.
      load();
      done = done.concat(id).slice(-50);
      try { localStorage[key] = JSON.stringify(done); } catch {}
      show();
    };

    const show = window[slot] = () => {
      try {
        const now = Date.now(), age = now - data.made;
        // By the visitor's clock; mod.rs says how long an old copy speaks.
        const list = data.notices.filter(notice => {
          if (notice.state === "planned" && now >= notice.start) notice.state = notice.status = "in_progress";
          notice.label = words.labels[notice.status];
          notice.dismissed = done.includes(notice.id);
          return (set.show === "all" || (set.show === "incidents") === (notice.kind === "incident"))
            && (!only || !notice.components[0] || notice.components.some(one => only.includes(one.id)))
            && (notice.end ? now >= notice.start - early && now < notice.end && (age <= 6048e5 || notice.start <= data.made) : age <= data.fresh);
        });
        const drawn = position === "none" ? [] : list.filter(notice => !notice.dismissed);
        if (drawn[0] && !host.isConnected) {
          try {
            call("querySelector", set.target).append(host);
          } catch {
            if (position === "inline" && read("body").contains(script)) script.after(host);
            else read("body")[position === "bottom" ? "append" : "prepend"](host);
          }
          // The region must stand before it is filled, or nobody hears of what is in it.
          setTimeout(show, 100);
        } else rows.forEach((row, i) => {
          const notice = data.notices[i], label = row.querySelector("b");
          if (!drawn.includes(notice)) row.remove();
          else if (!row.isConnected) region.append(row);
          if (label.textContent !== notice.label) label.textContent = notice.label;
        });
        if (last === (last = JSON.stringify(list))) return;
        // A copy, of which the page may do what it likes.
        const detail = JSON.parse(last);
        window.Aboveboard = { notices: detail, dismiss };
        call("dispatchEvent", new CustomEvent("aboveboard:change", { detail }));
      } catch {}
    };
    setInterval(show, 3e4);
    read("readyState") === "loading" ? call("addEventListener", "DOMContentLoaded", show) : show();
  } catch {}
})(/*DATA*/);
