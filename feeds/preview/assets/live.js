// Loads a page again when what it shows has changed, and says so when it could not be made.
(() => {
  if (window.top !== window) return;
  const shown = document.currentScript.dataset.mark;
  const room = "/_preview/";
  const isOfTheSite = !location.pathname.startsWith(room);
  let source = null;
  let board = null;

  const place = () => {
    board = document.createElement("div");
    board.id = "_preview";
    const root = board.attachShadow({ mode: "open" });
    const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: room + "live.css" });
    const trouble = Object.assign(document.createElement("pre"), { role: "alert", hidden: true });
    const link = document.createElement("a");
    root.append(style, trouble, link);
    document.body.append(board);
  };

  const edition = location.pathname.match(/^\/digest\/([^/]+)\/([^/]+)\//);
  const tell = ({ trouble, problems }) => {
    if (!board) place();
    const [, alert, link] = board.shadowRoot.children;
    alert.textContent = trouble;
    alert.hidden = !trouble;
    link.hidden = !isOfTheSite;
    link.textContent = problems ? `preview: ${problems}` : "preview";
    link.className = problems ? "problems" : "";
    link.href = trouble ? room + "problems" : edition ? `${room}edition/${edition[1]}/${edition[2]}` : room;
  };

  const lose = () => {
    if (!board) place();
    const link = board.shadowRoot.lastChild;
    Object.assign(link, { hidden: false, textContent: "preview: no connection", className: "problems" });
  };

  const listen = () => {
    if (source || document.hidden) return; // a browser has few connections to a server: hidden pages leave theirs
    source = new EventSource(room + "events");
    source.onmessage = (event) => {
      const news = JSON.parse(event.data);
      if (news.mark !== shown) return location.reload();
      tell(news);
    };
    source.onerror = lose; // the browser goes on trying
  };
  const pause = () => {
    if (!document.hidden || !source) return;
    source.close();
    source = null;
  };
  document.addEventListener("visibilitychange", () => (document.hidden ? pause() : listen()));
  addEventListener("pagehide", () => source && source.close());
  listen();
})();
