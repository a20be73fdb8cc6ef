import { Outlet } from "@tanstack/react-router";
import { SignInDialog } from "./sign-in-dialog";

/** What is there on every page, signed in or not. */
export function Root() {
  return (
    <>
      <Outlet />
      <SignInDialog />
    </>
  );
}
