/**
 * The areas of the interface, in the order of the navigation. An area is a folder in `screens/` that exports its
 * `Area`; one line here makes it part of the router, the navigation, the palette and the keys.
 */

import { carts } from "../screens/carts";
import { customers } from "../screens/customers";
import { data } from "../screens/data";
import { deals } from "../screens/deals";
import { flows } from "../screens/flows";
import { home } from "../screens/home";
import { messages } from "../screens/messages";
import { products } from "../screens/products";
import { reports } from "../screens/reports";
import { settings } from "../screens/settings";
import { tasks } from "../screens/tasks";
import { makeGallery } from "../screens/ui";
import type { Area } from "./area";

export const areas: readonly Area[] = [home, carts, customers, deals, products, tasks, flows, messages, reports, data, settings, ...(__GALLERY__ ? [makeGallery()] : [])];
