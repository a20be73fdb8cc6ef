import type { Texts } from "../en";
import { carts } from "./carts";
import { common } from "./common";
import { connections } from "./connections";
import { customers } from "./customers";
import { data } from "./data";
import { deals } from "./deals";
import { flows } from "./flows";
import { home } from "./home";
import { messages } from "./messages";
import { products } from "./products";
import { problems } from "./problems";
import { reasons } from "./reasons";
import { reports } from "./reports";
import { settings } from "./settings";
import { signIn } from "./signIn";
import { tasks } from "./tasks";

export const it: Texts = { carts, common, connections, customers, data, deals, flows, home, messages, problems, products, reasons, reports, settings, signIn, tasks };
