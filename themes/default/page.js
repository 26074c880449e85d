// What only a browser can know: the visitor's clock and zone. The page is whole without it.
(function () {
  "use strict";
  var body = document.body;

  function time(iso) { return iso ? Date.parse(iso) : NaN; }

  // The same shape as in the page, in the visitor's zone.
  function localTimes(root) {
    var format;
    try {
      format = new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" });
      if (!format.formatToParts) return;
    } catch (e) { return; }
    function parts(iso) {
      var found = {};
      format.formatToParts(time(iso)).forEach(function (part) { found[part.type] = part.value; });
      found.date = found.day + " " + found.month + " " + found.year;
      return found;
    }
    root.querySelectorAll("time[datetime]").forEach(function (node) {
      var part = parts(node.dateTime), from = node.dataset.from && parts(node.dataset.from);
      var day = from && from.date === part.date ? "" : part.date + ", ";
      if (!node.title) node.title = node.textContent;
      node.textContent = day + part.hour + ":" + part.minute + " " + part.timeZoneName;
    });
  }

  function ago(ms) {
    var minutes = Math.floor(ms / 6e4), hours = Math.floor(minutes / 60);
    if (minutes < 1) return "just now";
    if (minutes < 60) return minutes + " min ago";
    if (hours < 48) return hours + " h ago";
    return Math.floor(hours / 24) + " days ago";
  }

  // Says so, everywhere, when the newest check is older than three intervals, even if no build ever runs again.
  function age(now) {
    var checked = time(body.dataset.checked);
    var label = document.querySelector(".ago");
    if (label && checked <= now) {
      var text = " (" + ago(now - checked) + ")";
      if (label.textContent !== text) label.textContent = text;
    }
    if (!(now - checked > body.dataset.interval * 3e3)) return;
    document.querySelectorAll("[data-stale]").forEach(function (node) {
      var stale = /^(\S+) (\S+) (.*)$/.exec(node.dataset.stale);
      var scope = node.closest(".component") || node.closest(".lead");
      if (scope && scope.matches(".lead")) scope = scope.parentNode;
      delete node.dataset.stale;
      node.className = "state s-" + stale[1];
      node.firstElementChild.textContent = stale[2];
      node.lastElementChild.textContent = stale[3];
      // Why and since when were said of a state that nobody knows any more.
      if (scope) scope.querySelectorAll(".since, p.reason").forEach(function (old) { old.remove(); });
    });
    var headline = document.querySelector(".headline"), stopped = document.querySelector(".stopped");
    if (stopped) stopped.hidden = false;
    if (!headline || headline.classList.contains("is-stale")) return;
    headline.className = "headline is-stale i-" + headline.dataset.staleIndicator;
    headline.querySelector(".sentence").textContent = headline.dataset.staleSentence;
    if (headline.dataset.staleIndicator === "unknown") headline.querySelector(".mark").textContent = "?";
    document.title = headline.dataset.staleSentence + document.title.slice(document.title.lastIndexOf(" — "));
  }

  // Maintenance begins and ends by the clock, however late the build is.
  function maintenance(now) {
    document.querySelectorAll("[data-start]").forEach(function (node) {
      var state = now < time(node.dataset.start) ? ["scheduled", "Scheduled"]
        : now < time(node.dataset.end) ? ["in_progress", "In progress"] : ["completed", "Over by its plan"];
      var keep = node.classList.contains("s-verifying") && state[0] === "in_progress";
      if (keep || node.classList.contains("s-" + state[0])) return;
      node.className = "state s-" + state[0];
      node.lastElementChild.textContent = state[1];
    });
  }

  function tick() {
    var now = Date.now();
    age(now);
    maintenance(now);
  }

  // Takes over a newer page in place, so that scroll position and opened days stay.
  function refresh() {
    if (document.hidden) return;
    fetch(location.href, { cache: "no-cache" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      var page = html && new DOMParser().parseFromString(html, "text/html");
      if (!page || !page.body.dataset.generated || time(page.body.dataset.generated) <= time(body.dataset.generated)) return;
      localTimes(page);
      var open = Array.prototype.map.call(document.querySelectorAll("details"), function (d) { return d.open; });
      var focus = document.activeElement && document.activeElement.closest("main") && document.activeElement.getAttribute("href");
      document.querySelector("main").replaceWith(page.querySelector("main"));
      document.querySelector("footer").replaceWith(page.querySelector("footer"));
      document.querySelectorAll("details").forEach(function (d, i) { d.open = !!open[i]; });
      if (focus) {
        var again = Array.prototype.find.call(document.querySelectorAll("main a"), function (a) { return a.getAttribute("href") === focus; });
        if (again) again.focus({ preventScroll: true });
      }
      ["generated", "checked", "interval"].forEach(function (key) {
        if (page.body.dataset[key]) body.dataset[key] = page.body.dataset[key];
      });
      document.title = page.title;
      var icon = document.querySelector("link[rel=icon]");
      icon.href = icon.getAttribute("href").split("?")[0] + "?" + time(body.dataset.generated);
      tick();
    }).catch(function () {});
  }

  localTimes(document);
  tick();
  setInterval(tick, 1e4);
  if (body.dataset.generated && /^http/.test(location.protocol)) setInterval(refresh, body.dataset.refresh * 1e3);
})();
