// Aboveboard: shows planned maintenance in your own app.
// <script async src="https://status.example.com/embed/maintenance.js"></script>
// Options: data-within="48h" (how early to show it; h or d), data-position="top" or "bottom".
(function (notices) {
  "use strict";
  try {
    // The page may have an element named like what we look for, so nothing is taken on trust.
    var script = document.currentScript;
    if (!(script instanceof HTMLScriptElement)) {
      script = document.querySelector('script[src*="/embed/maintenance.js"]') || { dataset: {} };
    }
    function body() { return document.getElementsByTagName("body")[0]; }
    var within = /^(\d+)([hd])$/.exec(script.dataset.within || "48h") || [0, 48, "h"];
    var early = within[1] * (within[2] === "d" ? 864e5 : 36e5);
    var bottom = script.dataset.position === "bottom";
    var key = "aboveboard-dismissed";
    var dismissed = [];
    try { dismissed = JSON.parse(localStorage.getItem(key)) || []; } catch (e) {}
    var host, region, shown = {};

    function element(name, text) {
      var node = document.createElement(name);
      if (text) node.textContent = text;
      return node;
    }
    function time(ms) {
      var options = { weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" };
      try { return new Date(ms).toLocaleString(undefined, options); } catch (e) { return new Date(ms).toString(); }
    }
    function open() {
      host = element("div");
      var root = host.attachShadow({ mode: "closed" });
      var sheet = new CSSStyleSheet();
      sheet.replaceSync(
        ":host{all:initial;position:fixed;z-index:2147483000;left:0;right:0;" + (bottom ? "bottom" : "top") + ":0}" +
        "div{font:15px/1.4 system-ui,sans-serif;color:#14213d;background:#e8effc;padding:8px 16px;display:flex;gap:12px;align-items:center;border:solid #2a5db0;border-width:0 0 0 6px}" +
        "span{flex:1}a{color:inherit}button{font:inherit;color:inherit;background:none;border:1px solid;border-radius:4px;padding:4px 10px;cursor:pointer}" +
        "@media(prefers-color-scheme:dark){div{color:#dbe6fb;background:#182742}}@media print{:host{display:none}}");
      root.adoptedStyleSheets = [sheet];
      region = element("section");
      region.setAttribute("role", "status");
      region.setAttribute("aria-label", "Planned maintenance");
      root.appendChild(region);
      body().appendChild(host);
    }
    function row(notice) {
      var line = element("div"), text = element("span"), link = element("a", notice.title);
      link.href = notice.url;
      notice.state = element("b");
      text.append(notice.state, link, ", " + time(notice.start) + " to " + time(notice.end) +
        (notice.components.length ? ": " + notice.components.join(", ") : ""));
      var button = element("button", "Dismiss");
      button.onclick = function () {
        dismissed = dismissed.concat(notice.id).slice(-50);
        try { localStorage.setItem(key, JSON.stringify(dismissed)); } catch (e) {}
        show();
      };
      line.append(text, button);
      return line;
    }
    function show() {
      try {
        var now = Date.now();
        notices.forEach(function (notice) {
          var due = now >= notice.start - early && now < notice.end && dismissed.indexOf(notice.id) < 0;
          if (due && !shown[notice.id]) {
            if (!host) open();
            region.appendChild(shown[notice.id] = row(notice));
          } else if (!due && shown[notice.id]) {
            shown[notice.id].remove();
            delete shown[notice.id];
          }
          var state = now < notice.start ? "Planned: " : "In progress: ";
          if (due && notice.state.textContent !== state) notice.state.textContent = state;
        });
      } catch (e) {}
    }
    function start() { show(); setInterval(show, 3e4); }
    if (body()) start(); else addEventListener("DOMContentLoaded", start);
  } catch (e) {}
})([]);
