import { IconPhoto } from "@tabler/icons-react";
import { useState } from "react";
import classes from "./products.module.css";

/** Where the page's own policy lets a picture come from. */
function isShown(url: string | null | undefined): url is string {
  return url?.startsWith("https://") === true || url?.startsWith(`${window.location.origin}/`) === true;
}

/** A product's picture at the shop; where there is none, or the shop does not give it, a placeholder. */
export function Picture({ url, size }: { url: string | null | undefined; size?: "large" }) {
  const [isBroken, setBroken] = useState(false);
  if (!isShown(url) || isBroken) {
    return (
      <span className={classes.picture} data-size={size} aria-hidden>
        <IconPhoto size={size ? 32 : 18} stroke={1.5} />
      </span>
    );
  }
  return <img className={classes.picture} data-size={size} src={url} alt="" loading="lazy" decoding="async" referrerPolicy="no-referrer" onError={() => setBroken(true)} />;
}
