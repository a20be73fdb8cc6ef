import { Link } from "@tanstack/react-router";
import type { AnchorHTMLAttributes, Ref } from "react";

export interface AppLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, "href"> {
  /** An address inside the interface, with its query: `paths.customer(id)`. */
  to: string;
  ref?: Ref<HTMLAnchorElement>;
}

/** A page is here only at its own address: what stands above it in the paths is another page. */
const HERE = { exact: true };

/** A link inside the interface. Takes a plain address, so that a screen can point at one that is built later. */
export function AppLink({ to, ...rest }: AppLinkProps) {
  const [path = "/", query = ""] = to.split("?");
  const [search, hash] = query.split("#");
  return <Link to={path} search={Object.fromEntries(new URLSearchParams(search))} {...(hash ? { hash } : {})} activeOptions={HERE} {...rest} />;
}
