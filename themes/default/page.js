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
    var checked = time(data.checked);
    if (checked <= now) say(document.querySelector(".ago"), " (" + ago(now - checked) + ")");
    all(".lasting").forEach(function (node) {
      if (time(node.dataset.since) <= now) say(node, "(" + length(now - time(node.dataset.since)) + ")");
    });
    if (!(now - checked > data.interval * 3e3) || body.classList.contains("is-old")) return;
    body.classList.add("is-old");
    var headline = document.querySelector(".headline"), sentence = document.querySelector(".sentence");
    var stale = document.querySelector(".stale"), words = [], end = document.title.lastIndexOf(" — ");
    all(".stopped").forEach(function (node) {
      node.hidden = false;
      words.push(node.textContent);
    });
    all(".headline .lasting").forEach(function (old) { old.remove(); });
    if (headline && !headline.classList.contains("is-stale")) {
      headline.className = "headline is-stale i-" + headline.dataset.staleIndicator;
      if (headline.dataset.staleIndicator === "unknown") say(headline.querySelector(".mark"), "?");
      if (sentence && stale) {
        sentence.replaceChildren(stale.content.cloneNode(true));
        localTimes(sentence);
        document.title = sentence.textContent + document.title.slice(end);
        words.push(sentence.textContent);
      }
    }
    all("[data-stale]").forEach(function (node) {
      var to = /^(\S+) (\S+) (.*)$/.exec(node.dataset.stale), scope = node.closest(".component");
      delete node.dataset.stale;
      node.className = "state s-" + to[1];
      node.firstElementChild.textContent = to[2];
      node.lastElementChild.textContent = to[3];
      // Why and since when were said of a state that nobody knows any more.
      if (scope) all(".reason", scope).forEach(function (old) { old.remove(); });
      if (scope && scope.matches(".lead")) document.title = to[3] + ": " + document.querySelector("h1").textContent + document.title.slice(end);
    });
    announce(words.join(" "));
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
    var set = node.dataset, svg = node.querySelector("svg"), days = +set.days, at = days - 1, out, mark;
    var links = all("a", svg), known = {};
    // The one stop replaces the links of the days.
    links.forEach(function (link) {
      var plain = document.createElementNS(svg.namespaceURI, "g");
      known[link.dataset.day] = link.textContent;
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
      set.chosen = date(at).toISOString();
      if (!out || !out.isConnected) {
        out = document.createElement("p");
        out.className = "readout quiet";
        node.after(out);
        mark = mark || svg.appendChild(document.createElementNS(svg.namespaceURI, "path"));
        mark.setAttribute("class", "chosen");
      }
      mark.setAttribute("d", "M" + at * 3 + " 0h2");
      node.setAttribute("aria-valuenow", at + 1);
      node.setAttribute("aria-valuetext", text(at));
      var link = path(at) ? document.createElement("a") : document.createElement("span");
      if (path(at)) link.href = path(at);
      // Enter on the timeline opens the day; this is for the finger.
      link.tabIndex = -1;
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
    node.setAttribute("aria-description", body.dataset.help);
    // Up and down lead from one day with trouble to the next.
    function troubled(step) {
      for (var i = at + step; i >= 0 && i < days; i += step) if (known[i]) return i - at;
      return 0;
    }
    node.addEventListener("keydown", function (event) {
      if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
      var step = { ArrowLeft: -1, ArrowDown: troubled(-1), ArrowRight: 1, ArrowUp: troubled(1), PageDown: -7, PageUp: 7, Home: -days, End: days }[event.key];
      if (event.key === "Enter" && path(at)) location.href = path(at);
      if (step === undefined) return;
      event.preventDefault();
      choose(at + step);
    });
    node.addEventListener("focus", function () { if (!out) choose(at); });
    svg.addEventListener("click", function (event) {
      var box = svg.getBoundingClientRect();
      event.preventDefault();
      choose(Math.floor((event.clientX - box.left) / box.width * days));
    });
    if (set.chosen) choose(days - 1 - Math.round((Date.parse(set.last) - Date.parse(set.chosen)) / 864e5));
  }
  function timelines(root) {
    all(".timeline", root).concat(root.matches && root.matches(".timeline") ? [root] : []).forEach(function (node) {
      // What a theme draws otherwise stays as it is.
      try { timeline(node); } catch (e) {}
    });
  }

  function tick() {
    var now = Date.now();
    age(now);
    maintenance(now);
  }

  // Takes over a newer page in place: only what differs is replaced, so that the place of reading, focus
  // and opened parts stay. What is new is announced.
  var stops = "a[href], summary, .timeline";
  function key(node) { return node.id || node.tagName + node.className; }
  function keyed(node) {
    var found = {};
    Array.prototype.forEach.call(node.children, function (child) {
      var name = key(child), free = name, count = 0;
      while (found[free]) free = name + ++count;
      found[free] = child;
    });
    return found;
  }
  function told(node) {
    var title = node.querySelector("h3, h4"), state = node.querySelector(".state");
    return title ? title.textContent.trim() + (state && !title.contains(state) ? ": " + state.textContent.trim() : "") : "";
  }
  function fresh(node, news, live) {
    var copy = document.importNode(node, true);
    all("details", copy).forEach(function (part, i) { part.open = ((live && all("details", live)[i]) || part).open; });
    all(".timeline", copy).forEach(function (part, i) {
      var old = live && all(".timeline", live)[i];
      if (old && old.dataset.chosen) part.dataset.chosen = old.dataset.chosen;
    });
    localTimes(copy);
    all("article", copy).concat(copy.matches("article") ? [copy] : []).forEach(function (one) {
      if (!live || told(one) !== told(live)) news.push(told(one));
    });
    return copy;
  }
  function swap(live, next, news) {
    var copy = fresh(next, news, live), at = all(stops, live).indexOf(document.activeElement);
    var href = at >= 0 && document.activeElement.getAttribute("href");
    live.replaceWith(copy);
    timelines(copy);
    var found = all(stops, copy), same = found.filter(function (a) { return href && a.getAttribute("href") === href; });
    if (at >= 0 && found.length) (same[0] || found[Math.min(at, found.length - 1)]).focus({ preventScroll: true });
    return copy;
  }
  // `last` is what the page was when it was loaded, before the script changed anything in it.
  function update(live, last, next, news) {
    if (last.isEqualNode(next)) return live;
    if (!live.matches("main, section, div:not(.timeline), footer") || !next.children.length) return swap(live, next, news);
    var here = keyed(live), before = keyed(last), after = keyed(next), place = null;
    Object.keys(before).forEach(function (name) { if (!after[name] && here[name]) here[name].remove(); });
    Object.keys(after).forEach(function (name) {
      var old = before[name] && here[name];
      var node = old ? update(old, before[name], after[name], news) : fresh(after[name], news);
      if (!node.isConnected || (place && !(place.compareDocumentPosition(node) & 4))) {
        live.insertBefore(node, place ? place.nextSibling : live.firstChild);
        if (!old) timelines(node);
      }
      place = node;
    });
    return live;
  }
  function parse(html) { return new DOMParser().parseFromString(html, "text/html"); }
  var last = parse(document.documentElement.outerHTML);
  function refresh() {
    if (document.hidden) return;
    fetch(location.href, { cache: "no-cache" }).then(function (answer) {
      return answer.ok ? answer.text() : "";
    }).then(function (html) {
      var page = html && parse(html), next = page && page.body.dataset, news = [];
      if (!next || !next.generated || time(next.generated) <= time(data.generated)) return;
      // What is read stays where it is, whatever comes above it: what has the focus, else what is on top.
      var seen = all("main article[id], main h2[id]").filter(function (node) {
        var box = node.getBoundingClientRect();
        return box.bottom > 0 && box.top < innerHeight;
      });
      seen = seen.filter(function (node) { return node.contains(document.activeElement); })[0] || seen[0];
      var top = seen && seen.getBoundingClientRect().top, id = seen && seen.id;
      // A page that has grown old has taken back what it said: all of it is new.
      var base = body.classList.contains("is-old") ? parse("<main></main><footer></footer>") : last;
      body.classList.remove("is-old");
      ["main", "footer"].forEach(function (part) {
        update(document.querySelector(part), base.querySelector(part), page.querySelector(part), news);
      });
      last = page;
      seen = id && document.getElementById(id);
      if (seen) scrollBy({ top: seen.getBoundingClientRect().top - top, behavior: "instant" });
      ["generated", "checked", "interval"].forEach(function (name) { if (next[name]) data[name] = next[name]; });
      if (document.title !== page.title) {
        document.title = page.title;
        news.unshift(page.title.slice(0, page.title.lastIndexOf(" — ")));
      }
      var icon = document.querySelector("link[rel=icon]");
      icon.href = icon.getAttribute("href").split("?")[0] + "?" + time(data.generated);
      tick();
      announce(news.slice(0, 5).join(". "));
    }).catch(function () {});
  }
  function announce(text) {
    var live = document.querySelector("body > [role=status]");
    if (!live || !text) return;
    live.textContent = text;
    setTimeout(function () { if (live.textContent === text) live.textContent = ""; }, 1e4);
  }

  localTimes(document);
  tick();
  setInterval(tick, 1e4);
  timelines(document);
  if (data.generated && /^http/.test(location.protocol)) setInterval(refresh, Math.min(data.refresh * 1e3, 2e9));
})();
