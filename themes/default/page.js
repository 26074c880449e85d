// What only a browser can know: the visitor's clock, zone and keys. The page is whole without it.
(function () {
  "use strict";
  var body = document.body, data = body.dataset;
  function all(selector, root) { return Array.prototype.slice.call((root || document).querySelectorAll(selector)); }
  function time(iso) { return iso ? Date.parse(iso) : NaN; }
  function intl(kind, options) {
    try { return new Intl[kind](data.locale, options); } catch (e) { return null; }
  }
  var day = { day: "numeric", month: "short", year: "numeric" };
  var clock = { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZoneName: "short" };
  var moments = intl("DateTimeFormat", Object.assign({}, day, clock)), clocks = intl("DateTimeFormat", clock);
  var dates = intl("DateTimeFormat", day), civil = intl("DateTimeFormat", Object.assign({ timeZone: "UTC" }, day));
  var relative = intl("RelativeTimeFormat", { numeric: "auto", style: "short" });

  // The visitor's zone, in the shape that the page has already.
  function localTimes(root) {
    if (!moments) return;
    all("time[datetime]", root).forEach(function (node) {
      var at = time(node.dateTime), near = "near" in node.dataset ? Date.now() : time(node.dataset.from);
      var short = near && dates.format(near) === dates.format(at);
      if (!node.title) node.title = node.textContent;
      node.textContent = (short ? clocks : moments).format(at);
    });
  }

  // At most two units, rounded down, as the page has them.
  function length(ms) {
    var units = data.units.split("|"), sizes = [864e5, 36e5, 6e4, 1e3], mods = [1e9, 24, 60, 60];
    function unit(i) { return units[i].replace("{count}", Math.floor(ms / sizes[i]) % mods[i]); }
    if (ms < 6e4) return unit(3);
    var i = ms < 36e5 ? 2 : ms < 864e5 ? 1 : 0;
    if (i === 2 || Math.floor(ms / sizes[i + 1]) % mods[i + 1] === 0) return unit(i);
    return units[4].replace("{first}", unit(i)).replace("{second}", unit(i + 1));
  }
  function ago(ms) {
    if (!relative) return length(ms);
    var minutes = Math.floor(ms / 6e4), hours = Math.floor(minutes / 60);
    if (minutes < 1) return relative.format(0, "second");
    if (minutes < 60) return relative.format(-minutes, "minute");
    return hours < 48 ? relative.format(-hours, "hour") : relative.format(-Math.floor(hours / 24), "day");
  }
  function say(node, text) { if (node && node.textContent !== text) node.textContent = text; }

  // Says so, everywhere, when the newest check is older than three intervals, even if no build ever runs again.
  function age(now) {
    var checked = time(data.checked), lasting = document.querySelector(".lasting");
    if (checked <= now) say(document.querySelector(".ago"), " (" + ago(now - checked) + ")");
    if (lasting && time(lasting.dataset.since) <= now) say(lasting, "(" + length(now - time(lasting.dataset.since)) + ")");
    if (!(now - checked > data.interval * 3e3)) return;
    all("[data-stale]").forEach(function (node) {
      var stale = /^(\S+) (\S+) (.*)$/.exec(node.dataset.stale), scope = node.closest(".component");
      delete node.dataset.stale;
      node.className = "state s-" + stale[1];
      node.firstElementChild.textContent = stale[2];
      node.lastElementChild.textContent = stale[3];
      // Why and since when were said of a state that nobody knows any more.
      if (scope) all(".reason", scope).forEach(function (old) { old.remove(); });
      if (scope && scope.matches(".lead")) document.title = stale[3] + ": " + document.querySelector("h1").textContent + document.title.slice(document.title.lastIndexOf(" — "));
    });
    var headline = document.querySelector(".headline");
    if (!headline || headline.classList.contains("is-stale")) return;
    headline.className = "headline is-stale i-" + headline.dataset.staleIndicator;
    headline.querySelector(".stopped").hidden = false;
    var sentence = headline.querySelector(".sentence");
    sentence.replaceChildren(headline.querySelector(".stale").content.cloneNode(true));
    localTimes(sentence);
    if (headline.dataset.staleIndicator === "unknown") {
      headline.querySelector(".mark").textContent = "?";
      all(".lasting", headline).forEach(function (old) { old.remove(); });
    }
    document.title = sentence.textContent + document.title.slice(document.title.lastIndexOf(" — "));
  }

  // Maintenance begins and ends by the clock, however late the build is.
  function maintenance(now) {
    all("[data-start]").forEach(function (node) {
      var state = now < time(node.dataset.start) ? 0 : now < time(node.dataset.end) ? 1 : 2;
      var name = ["scheduled", "in_progress", "completed"][state];
      if (node.classList.contains("s-" + name) || (state === 1 && node.classList.contains("s-verifying"))) return;
      node.className = "state s-" + name;
      node.lastElementChild.textContent = node.dataset.words.split("|")[state];
    });
  }

  // A timeline is one stop of the keyboard; arrows choose a day, Enter opens it. A tap chooses the nearest.
  function timeline(node) {
    var set = node.dataset, svg = node.firstElementChild, days = +set.days, at = days - 1, out, mark;
    var links = all("a", svg), known = {};
    // The one stop replaces the links of the days.
    links.forEach(function (link) {
      var plain = document.createElementNS(svg.namespaceURI, "g");
      known[/M(\d+)/.exec(link.lastElementChild.getAttribute("d"))[1] / 3] = link.firstElementChild.textContent;
      plain.append.apply(plain, link.childNodes);
      link.replaceWith(plain);
    });
    function date(i) { return new Date(Date.parse(set.last) - (days - 1 - i) * 864e5); }
    function path(i) { return i < +set.blank ? "" : set.path + date(i).toISOString().slice(0, 10) + "/" + set.hash; }
    function text(i) {
      if (known[i]) return known[i];
      return (civil ? civil.format(date(i)) : date(i).toISOString().slice(0, 10)) + ": " + (i < +set.blank ? set.none : set.good);
    }
    function choose(i) {
      at = Math.max(0, Math.min(days - 1, i));
      if (!out) {
        out = document.createElement("p");
        out.className = "readout quiet";
        node.after(out);
        mark = svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
        mark.setAttribute("class", "chosen");
      }
      mark.setAttribute("d", "M" + at * 3 + " 0h2");
      node.setAttribute("aria-valuenow", at + 1);
      node.setAttribute("aria-valuetext", text(at));
      var link = path(at) ? document.createElement("a") : document.createElement("span");
      if (path(at)) link.href = path(at);
      link.textContent = text(at);
      out.replaceChildren(link);
    }
    node.tabIndex = 0;
    node.setAttribute("role", "slider");
    node.setAttribute("aria-label", set.name);
    node.setAttribute("aria-valuemin", 1);
    node.setAttribute("aria-valuemax", days);
    node.setAttribute("aria-valuenow", days);
    node.setAttribute("aria-valuetext", text(at));
    node.addEventListener("keydown", function (event) {
      var step = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -7, PageUp: 7, Home: -days, End: days }[event.key];
      if (event.key === "Enter" && path(at)) location.href = path(at);
      if (!step) return;
      event.preventDefault();
      choose(at + step);
    });
    node.addEventListener("focus", function () { if (!out) choose(at); });
    svg.addEventListener("click", function (event) {
      var box = svg.getBoundingClientRect();
      event.preventDefault();
      choose(Math.floor((event.clientX - box.left) / box.width * days));
    });
  }
  function timelines(root) { all(".timeline", root).forEach(timeline); }

  function tick() {
    var now = Date.now();
    age(now);
    maintenance(now);
  }

  // Takes over a newer page in place, so that scroll position, focus and opened parts stay; what the
  // headline says anew is announced.
  function refresh() {
    if (document.hidden) return;
    fetch(location.href, { cache: "no-cache" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      var page = html && new DOMParser().parseFromString(html, "text/html"), next = page && page.body.dataset;
      if (!next || !next.generated || time(next.generated) <= time(data.generated)) return;
      localTimes(page);
      var open = all("details").map(function (d) { return d.open; });
      var focus = document.activeElement, before = document.querySelector(".sentence");
      var stops = "a[href], summary, .timeline", own = focus && focus.closest("main [id]");
      var place = own ? all(stops, own).indexOf(focus) : -1;
      before = before && before.textContent;
      // What is read stays where it is, whatever came above it: what has the focus, else what stands on top.
      var seen = all("main [id]").filter(function (node) {
        var box = node.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight;
      });
      var anchor = place >= 0 && seen.indexOf(own) >= 0 ? own : seen[0];
      var top = anchor && anchor.getBoundingClientRect().top;
      ["main", "footer"].forEach(function (part) { document.querySelector(part).replaceWith(page.querySelector(part)); });
      timelines(document.querySelector("main"));
      all("details").forEach(function (d, i) { if (i in open) d.open = open[i]; });
      var again = place >= 0 && document.getElementById(own.id);
      again = again && all(stops, again)[place];
      if (again) again.focus({ preventScroll: true });
      anchor = anchor && document.getElementById(anchor.id);
      if (anchor) scrollBy({ top: anchor.getBoundingClientRect().top - top, behavior: "instant" });
      ["generated", "checked", "interval"].forEach(function (name) { if (next[name]) data[name] = next[name]; });
      document.title = page.title;
      var icon = document.querySelector("link[rel=icon]"), after = document.querySelector(".sentence");
      icon.href = icon.getAttribute("href").split("?")[0] + "?" + time(data.generated);
      tick();
      if (after && after.textContent !== before) announce(after.textContent);
    }).catch(function () {});
  }
  function announce(text) {
    var live = document.querySelector("body > [role=status]");
    if (!live) {
      live = body.appendChild(document.createElement("p"));
      live.className = "hidden";
      live.setAttribute("role", "status");
    }
    setTimeout(function () { live.textContent = text; }, 100);
  }

  localTimes(document);
  timelines(document);
  tick();
  setInterval(tick, 1e4);
  if (data.generated && /^http/.test(location.protocol)) setInterval(refresh, data.refresh * 1e3);
})();
