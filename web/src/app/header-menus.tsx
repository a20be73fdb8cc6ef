import { AccountMenu } from "./account-menu";
import { Bell } from "./bell";

/** What opens from the header. It comes a moment after the page, which it would otherwise keep waiting. */
export function HeaderMenus() {
  return (
    <>
      <Bell />
      <AccountMenu />
    </>
  );
}
