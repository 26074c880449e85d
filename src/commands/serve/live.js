// Waits for news of a preview: loads a new page, and shows what is wrong with the files.
// Served by `aboveboard serve` only; nothing of it is ever published.
(function () {
  "use strict";
  var own = document.currentScript.dataset, known = 0, wait = null, isLost = false, panel = null;

  function element(name, text) {
    var node = document.createElement(name);
    if (text) node.textContent = text;
    return node;
  }

  // A panel that was closed stays so until it has something else to say, also on other pages.
  function closed(text) {
    try {
      if (text !== undefined) sessionStorage.setItem("aboveboard-closed", text);
      return sessionStorage.getItem("aboveboard-closed");
    } catch (e) { return null; }
  }

  // The end of the page can be scrolled above the panel.
  function makeRoom() {
    var room = panel ? panel.offsetHeight + "px" : "";
    document.documentElement.style.paddingBottom = room;
    document.documentElement.style.scrollPaddingBottom = room;
  }

  function hide() {
    if (panel) panel.remove();
    panel = null;
    makeRoom();
  }

  function show(news) {
    var said = news.problems.join("\n\n");
    hide();
    if (!said) closed("");
    // The page that stands in for one says all of this itself.
    if (!said || own.change || closed() === said) return;
    panel = element("aboveboard-mistakes");
    panel.lang = "en";
    panel.dir = "ltr";
    // In its own tree neither the theme nor the panel changes how the other looks.
    var root = panel.attachShadow({ mode: "open" });
    var style = element("link"), box = element("section"), head = element("header");
    var title = element("h2", news.heading), close = element("button", "Close");
    style.rel = "stylesheet";
    style.href = "/~live.css";
    style.onload = function () {
      box.hidden = false;
      makeRoom();
    };
    box.hidden = true;
    box.className = news.is_severe ? "severe" : "mild";
    box.setAttribute("aria-labelledby", "title");
    title.id = "title";
    close.type = "button";
    close.onclick = function () {
      closed(said);
      hide();
    };
    head.append(title, element("p", news.note), close);
    box.append(head);
    var list = element("div");
    list.className = "list";
    list.tabIndex = 0;
    list.setAttribute("role", "group");
    list.setAttribute("aria-labelledby", "title");
    news.problems.forEach(function (text) { list.append(element("pre", text)); });
    box.append(list);
    root.append(style, box);
    document.body.append(panel);
  }

  // A page that nobody looks at does not wait: a browser has few connections for all pages of a host.
  function ask() {
    if (wait || document.hidden) return;
    var mine = wait = new AbortController();
    fetch("/~events" + (known ? "?after=" + known : ""), { cache: "no-store", signal: mine.signal })
      .then(function (answer) { return answer.json(); })
      .then(function (news) {
        // A preview that was gone for a while may have begun to count anew.
        var isOld = news.page !== +own.page || (own.change && news.change !== +own.change);
        if (isLost || isOld) return location.reload();
        if (news.change !== known) show(news);
        known = news.change;
        wait = null;
        ask();
      })
      .catch(function () {
        if (mine.signal.aborted) return;
        isLost = true;
        setTimeout(function () {
          wait = null;
          ask();
        }, 1000);
      });
  }

  document.addEventListener("visibilitychange", function () {
    if (document.hidden && wait) {
      wait.abort();
      wait = null;
    }
    ask();
  });
  addEventListener("resize", makeRoom);
  ask();
})();
