// The switches of one's channels: thrown at once, and thrown back with the reason when that is refused.

import { optimistic } from "./optimistic.js";

optimistic(document.getElementById("channels"), "[data-switch]", ({ id, ariaChecked }) => {
  const was = ariaChecked === "true";
  put(id, !was);
  return () => put(id, was);
});

function put(id, on) {
  const button = document.getElementById(id);
  button.ariaChecked = String(on);
  button.value = String(!on); // what the next click asks for
}
