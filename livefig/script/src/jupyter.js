/* In Jupyter: the kernel answers with what is seen. */

import { one } from "./elements.js";
import { Explorer, tell } from "./explorer.js";
import { learn, say } from "./language.js";
import { explorers } from "./links.js";
import { start } from "./page.js";
import { addTools } from "./sharing.js";
import { kernelSource, readFrame } from "./sources.js";

const PATIENCE = 4000; // [ms]

/** Show a widget; return what to do when it goes. */
export function render({ model, el }) {
  el.innerHTML = model.get("html");
  const root = one(el, "figure.ml-explorer");
  learn(root);
  const source = kernelSource(model);
  const explorer = new Explorer(root, model.get("header"), source, (stops) => {
    explorer.stand(stops);
    model.set("stops", stops);
    model.save_changes();
  });
  // Whatever comes from the kernel tells that it is there.
  const wake = () => {
    clearTimeout(patience);
    explorer.wake();
    tell(root, model.get("error"));
    if (model.get("error")) explorer.rest(); // nothing plays on from where nothing is shown
  };
  const show = () => explorer.show(model.get("stops"), readFrame(model.get("frame")));
  const heard = {
    "change:error": wake,
    "change:frame": () => {
      show();
      wake();
    },
    "msg:custom": (content, buffers) => {
      source.hear(content, buffers);
      wake();
    },
  };
  const listen = (way) => Object.keys(heard).forEach((event) => model[way](event, heard[event]));
  const patience = setTimeout(() => {
    root.dataset.alive = "no";
    tell(root, say("No kernel answers: run the notebook to move this figure."));
  }, PATIENCE);
  show();
  root.dataset.alive = "soon";
  tell(root, say("Waiting for the kernel."));
  listen("on");
  addTools(root);
  start(root); // for its theme, and for links to it
  try {
    model.send({ ping: true });
  } catch {
    // A page that was exported has no kernel to send to; after a while the figure says so.
  }
  return () => {
    clearTimeout(patience);
    listen("off");
    explorer.rest();
    if (explorers.get(explorer.name) === explorer) explorers.delete(explorer.name);
  };
}
