// What could act in the page that is open, also what waits for a reader to press something. MAIL: styles are its own.
(() => {
  const found = new Set()
  const never = new Set(`script iframe frame frameset object embed applet base portal fencedframe form input button select
    textarea template svg math canvas map area dialog marquee foreignobject track noscript`.split(/\s+/))
  const acting = new Set("ping target srcdoc attributionsrc autofocus download contenteditable".split(" "))
  const addresses = new Set(
    "href src action formaction data poster background cite longdesc xlink:href manifest".split(" "))
  const alive = new Set(["http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg"])
  const links = new Set(["canonical", "alternate", "stylesheet", "prev", "next"])
  const heads = new Set(["content-security-policy", "x-ua-compatible", "content-type"])
  const isData = document.contentType.endsWith("xml")

  const scheme = address => {
    try { return new URL(address, document.baseURI).protocol } catch { return "malformed:" }
  }

  const look = (element, name) => {
    const isInBody = element.closest("body")
    if (never.has(name)) found.add(name)
    if (name === "link" && (isInBody || !links.has(element.rel))) found.add(`link ${element.rel}`)
    if (name === "style" && (isInBody || !MAIL)) found.add("style")
    if (name === "meta" && element.httpEquiv && !heads.has(element.httpEquiv.toLowerCase())) found.add("meta")
    for (const { name: key, value } of element.attributes) lookAt(name, key.toLowerCase(), value)
  }

  const lookAt = (name, key, value) => {
    if (key.startsWith("on") || acting.has(key) || (key === "style" && !MAIL)) found.add(`${name} ${key}`)
    if ((key === "id" || key === "name") && /clobber|documentElement|getElementById/.test(value)) found.add(`${name} ${key}`)
    if (addresses.has(key) && !/^(?:https?|mailto|tag|cid):$/.test(scheme(value))) found.add(`${name} ${key} ${scheme(value)}`)
  }

  for (const element of document.querySelectorAll("*")) {
    if (!isData) look(element, element.localName.toLowerCase())
    else if (alive.has(element.namespaceURI)) found.add(`live ${element.localName}`)
  }
  return [...found]
})()
