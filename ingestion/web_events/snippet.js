/* marketmap: page views of this site. <script async src="https://COLLECTOR/marketmap.js"></script>
   A visitor is a first-party cookie of 13 months, a session ends after 30 minutes of rest. Do Not Track and
   Global Privacy Control are respected. marketmap.identify({email, user_id}) says who the visitor is. */
(function () {
  "use strict";
  var script = document.currentScript;
  var endpoint = new URL("collect", script ? script.src : location.href).href;
  if (navigator.doNotTrack === "1" || navigator.globalPrivacyControl) {
    window.marketmap = { page: function () {}, identify: function () {} };
    return;
  }
  var REST = 30 * 60 * 1000;
  function id() {
    if (window.crypto && crypto.randomUUID) return crypto.randomUUID();
    return Date.now().toString(36) + "-" + Math.random().toString(36).slice(2) + Math.random().toString(36).slice(2);
  }
  function cookie(name, value, seconds) {
    if (value === undefined) {
      var found = document.cookie.match(new RegExp("(?:^|; )" + name + "=([^;]*)"));
      return found ? decodeURIComponent(found[1]) : "";
    }
    var secure = location.protocol === "https:" ? "; Secure" : "";
    document.cookie = name + "=" + encodeURIComponent(value) + "; Max-Age=" + seconds + "; Path=/; SameSite=Lax" + secure;
    return value;
  }
  function visitor() {
    return cookie("mm_visitor", cookie("mm_visitor") || id(), 34164000);
  }
  function session() {
    return cookie("mm_session", cookie("mm_session") || id(), REST / 1000);
  }
  function send(event) {
    event.event_id = id();
    event.visitor_id = visitor();
    event.session_id = session();
    event.at = Date.now();
    var body = JSON.stringify({ events: [event], sent_at: Date.now() });
    if (!(navigator.sendBeacon && navigator.sendBeacon(endpoint, body))) {
      fetch(endpoint, { method: "POST", body: body, keepalive: true, mode: "no-cors" }).catch(function () {});
    }
  }
  var last = "";
  function page() {
    if (location.href === last) return;
    send({ type: "page", url: location.href, title: document.title, referrer: last || document.referrer });
    last = location.href;
  }
  function identify(traits) {
    send(Object.assign({ type: "identify" }, traits));
  }
  ["pushState", "replaceState"].forEach(function (name) {
    var own = history[name];
    history[name] = function () {
      var result = own.apply(this, arguments);
      setTimeout(page, 0);
      return result;
    };
  });
  window.addEventListener("popstate", page);
  window.marketmap = { page: page, identify: identify };
  page();
})();
