/* What stands in for ../parts.js on a page that has no use for them. */

const nothing = () => {};

export { nothing as dock, nothing as dockedName, nothing as present, nothing as undock };
export { nothing as Guess, nothing as setWaiting };
export const addHandles = () => nothing;
export const playersOf = () => ({ stop: nothing, playing: nothing, show: nothing });
