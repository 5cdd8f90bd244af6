// The map of a page: our own ground (GeoJSON of the place), pins from an address or one point, and a picker for forms.
// Leaflet is fetched when a map comes into sight. Without JavaScript the map stays hidden; a list beside it says the same.

const APART = 34; // pixels: pins that lie closer are drawn as one, so that each can be hit by a finger
const CLOSEST = 18;
const GROUNDS = ["outline", "green", "water", "building", "rail", "alley", "road", "label"]; // drawn in this order
const LISTED = 12; // names shown when pins lie on one spot

const read = async (address) => {
  const answer = await fetch(address, { credentials: "same-origin" });
  return answer.ok ? answer.json() : { type: "FeatureCollection", features: [] };
};

const element = (name, values = {}, ...children) => {
  const made = Object.assign(document.createElement(name), values);
  made.append(...children);
  return made;
};

function drawGround(L, map, ground) {
  const kind = (feature) => (GROUNDS.includes(feature.properties?.kind) ? feature.properties.kind : "outline");
  const features = [...ground.features].sort((a, b) => GROUNDS.indexOf(kind(a)) - GROUNDS.indexOf(kind(b)));
  const label = (feature, at) => {
    const text = element("span", { className: "geo-name", textContent: feature.properties?.name ?? "" });
    return L.marker(at, { icon: L.divIcon({ className: "geo-label", html: text, iconSize: [0, 0] }), interactive: false, keyboard: false });
  };
  return L.geoJSON({ type: "FeatureCollection", features }, {
    interactive: false,
    style: (feature) => ({ className: `geo-ground geo-${kind(feature)}` }),
    pointToLayer: label,
  }).addTo(map);
}

function makeMap(L, box, area) {
  const words = box.dataset;
  const canvas = box.querySelector(".geo-canvas");
  const map = L.map(canvas, { attributionControl: false, zoomControl: false, scrollWheelZoom: false, maxZoom: CLOSEST, zoomSnap: 0.25 });
  L.control.zoom({ zoomInTitle: words.zoomIn, zoomOutTitle: words.zoomOut, zoomInText: "+", zoomOutText: "−" }).addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  // The wheel scrolls the page until somebody has stepped onto the map.
  map.on("focus", () => map.scrollWheelZoom.enable());
  map.on("blur", () => map.scrollWheelZoom.disable());
  map.on("popupopen", ({ popup }) => {
    const close = popup.getElement().querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", words.close);
    popup.getElement().querySelector("a:not(.leaflet-popup-close-button)")?.focus({ preventScroll: true });
  });
  if (area.isValid()) {
    map.fitBounds(area, { padding: [16, 16], maxZoom: 17 });
    map.setMaxBounds(area.pad(1.5));
    map.setMinZoom(Math.max(0, map.getZoom() - 2));
  }
  return map;
}

function said(box, count) {
  return box.dataset.many.replace("{n}", String(count));
}

function line({ properties }) {
  const name = properties.address ? element("a", { href: properties.address, textContent: properties.title }) : element("b", { textContent: properties.title });
  name.lang = "ko";
  return element("p", {}, name, element("span", { className: "geo-note", textContent: properties.note }));
}

function pin(L, box, group, at) {
  const one = group.length === 1 ? group[0].properties : null;
  const face = element("span", { className: "geo-face", textContent: one ? "" : String(group.length) });
  const icon = L.divIcon({ className: `geo-pin ${one ? one.dye : "geo-many"}`, html: face, iconSize: [28, 28], popupAnchor: [0, -10] });
  const titles = group.slice(0, 3).map((feature) => feature.properties.title).join(", ");
  const name = one ? `${one.title}, ${one.note}` : `${group.length} (${said(box, group.length)}): ${titles}${group.length > 3 ? " …" : ""}`;
  const marker = L.marker(at, { icon, keyboard: true, riseOnHover: true });
  marker.on("add", () => marker.getElement().setAttribute("aria-label", name));
  return marker;
}

// Groups of places whose pins would touch: those of one square first, then neighbouring groups until none touch.
function together(places) {
  const cells = new Map();
  for (const place of places) {
    const key = `${Math.floor(place.spot.x / APART)}:${Math.floor(place.spot.y / APART)}`;
    cells.set(key, [...(cells.get(key) ?? []), place]);
  }
  const between = (values) => (Math.min(...values) + Math.max(...values)) / 2;
  const group = (members) => ({ members, x: between(members.map(({ spot }) => spot.x)), y: between(members.map(({ spot }) => spot.y)) });
  let groups = [...cells.values()].map(group);
  for (let touching = true; touching;) {
    touching = false;
    const kept = [];
    for (const next of groups) {
      const near = kept.findIndex(({ x, y }) => Math.abs(x - next.x) < APART && Math.abs(y - next.y) < APART);
      if (near < 0) kept.push(next);
      else {
        kept[near] = group([...kept[near].members, ...next.members]);
        touching = true;
      }
    }
    groups = kept;
  }
  return groups.map(({ members }) => members);
}

function drawPins(L, box, map, features) {
  const layer = L.layerGroup().addTo(map);
  const places = features.map((feature) => ({ feature, at: L.latLng(feature.geometry.coordinates[1], feature.geometry.coordinates[0]) }));
  const draw = () => {
    const open = map.getPane("popupPane").childElementCount > 0;
    if (open) map.closePopup();
    layer.clearLayers();
    for (const place of places) place.spot = map.project(place.at, map.getZoom());
    for (const cell of together(places)) {
      const middle = L.latLngBounds(cell.map((place) => place.at));
      const marker = pin(L, box, cell.map((place) => place.feature), middle.getCenter());
      const text = element("div", { className: "geo-popup" }, ...cell.slice(0, LISTED).map((place) => line(place.feature)));
      if (cell.length > LISTED) text.append(element("p", { className: "geo-note", textContent: said(box, cell.length) }));
      const apart = cell.length > 1 && middle.getSouthWest().distanceTo(middle.getNorthEast()) > 5 && map.getZoom() < CLOSEST;
      if (apart) {
        marker.on("click", () => {
          map.fitBounds(middle, { padding: [48, 48], maxZoom: CLOSEST, animate: false });
          map.getContainer().focus({ preventScroll: true });
        });
      } else {
        const popup = L.popup({ maxWidth: 260, autoPanPadding: [20, 20] }).setContent(text);
        marker.bindPopup(popup);
        text.addEventListener("keydown", (event) => {
          if (event.key !== "Escape") return;
          map.closePopup(popup);
          marker.getElement()?.focus({ preventScroll: true });
        });
      }
      layer.addLayer(marker);
    }
  };
  draw();
  map.on("zoomend", draw);
}

function only(L, map, typed) {
  const at = typed.split(",").map(Number);
  const icon = L.divIcon({ className: "geo-pin geo-here", html: element("span", { className: "geo-face" }), iconSize: [28, 28] });
  L.marker(at, { icon, interactive: false, keyboard: false }).addTo(map);
  map.setView(at, 16, { animate: false });
}

// Two fields (latitude, longitude) or one that holds both; what is typed there moves the pin, what is picked is written there.
function fieldsOf(box) {
  const one = document.getElementById(box.dataset.point ?? "");
  const two = [box.dataset.latitude, box.dataset.longitude].map((id) => document.getElementById(id ?? ""));
  const inputs = one ? [one] : two;
  return {
    inputs,
    read: () => inputs.flatMap((input) => input.value.split(",")).map((part) => part.trim()).filter(Boolean).map(Number),
    write: (latitude, longitude) => {
      const parts = latitude === undefined ? ["", ""] : [latitude.toFixed(6), longitude.toFixed(6)];
      if (one) one.value = parts[0] && parts.join(", ");
      else [two[0].value, two[1].value] = parts;
    },
  };
}

function pick(L, box, map) {
  const fields = fieldsOf(box);
  const told = box.querySelector("output");
  const icon = L.divIcon({ className: "geo-pin geo-here", html: element("span", { className: "geo-face" }), iconSize: [28, 28] });
  const marker = L.marker([0, 0], { icon, interactive: false, keyboard: false });
  const show = (look) => {
    const at = fields.read();
    if (at.length === 2 && at.every(Number.isFinite) && Math.abs(at[0]) <= 90 && Math.abs(at[1]) <= 180) {
      marker.setLatLng(at).addTo(map);
      if (look) map.setView(at, Math.max(map.getZoom(), 15), { animate: false });
    } else marker.remove();
  };
  const take = ({ lat, lng }) => {
    fields.write(lat, lng);
    show(false);
    told.textContent = `${box.dataset.picked} ${lat.toFixed(6)}, ${lng.toFixed(6)}`;
  };
  map.on("click", (event) => take(event.latlng));
  box.querySelector("[data-take]").addEventListener("click", () => take(map.getCenter()));
  box.querySelector("[data-clear]").addEventListener("click", () => {
    fields.write();
    show(false);
    told.textContent = box.dataset.cleared;
  });
  for (const input of fields.inputs) input.addEventListener("change", () => show(true));
  show(true);
}

async function start(box) {
  const { base, points, at } = box.dataset;
  const [, ground, found] = await Promise.all([
    import("../vendor/leaflet/leaflet.js"),
    base ? read(base) : { features: [] },
    points ? read(points) : { features: [] },
  ]);
  const L = window.L;
  const everything = L.geoJSON({ type: "FeatureCollection", features: [...ground.features, ...found.features] });
  let area = everything.getBounds();
  if (!area.isValid() && at) area = L.latLng(at.split(",").map(Number)).toBounds(1200);
  const map = makeMap(L, box, area);
  if (!area.isValid()) map.setView([36.4, 127.8], 7); // a picker without any ground: the whole country, to be typed into
  drawGround(L, map, ground);
  if (found.features.length) drawPins(L, box, map, found.features);
  if (at) only(L, map, at);
  if (box.hasAttribute("data-picker")) pick(L, box, map);
  box.dataset.ready = "1";
}

for (const box of document.querySelectorAll("[data-map]")) {
  box.hidden = false;
  const seen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    seen.disconnect();
    start(box).catch(() => { box.hidden = true; });
  }, { rootMargin: "120px" });
  seen.observe(box);
}
