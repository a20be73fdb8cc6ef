import { Page } from "../../design";

export function GalleryPage() {
  return <Page title="Components">{null}</Page>;
}
