/** Whether the gallery of components is part of this build. */
declare const __GALLERY__: boolean;

/** dmn-js has no types of its own; design/decision-table/tables.ts says what is used of it. */
declare module "dmn-js-shared/lib/base/EditingManager" {
  export default class EditingManager {
    constructor(options: object);
    _getViewProviders(): object[];
  }
}
declare module "dmn-js-decision-table/lib/Editor" {
  const Editor: new (options: object) => object;
  export default Editor;
}
declare module "dmn-js-decision-table/lib/Viewer" {
  const Viewer: new (options: object) => object;
  export default Viewer;
}
declare module "dmn-js-literal-expression/lib/Editor" {
  const Editor: new (options: object) => object;
  export default Editor;
}
declare module "dmn-js-literal-expression/lib/Viewer" {
  const Viewer: new (options: object) => object;
  export default Viewer;
}
