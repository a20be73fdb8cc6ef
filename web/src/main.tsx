import "@mantine/core/styles.css";
import "@mantine/notifications/styles.css";
import "./design/base.css";
import { MantineProvider } from "@mantine/core";
import { Notifications } from "@mantine/notifications";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { makeQueryClient } from "./api/queries";
import { makeRouter } from "./app/router";
import { cssVariables, theme } from "./design/theme";
import { startTexts } from "./i18n";

const client = makeQueryClient();
const router = makeRouter(client);
const root = document.getElementById("root");
if (!root) throw new Error("the page has no element #root");

await startTexts();
createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} cssVariablesResolver={cssVariables} defaultColorScheme="auto">
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
        <Notifications position="bottom-right" limit={4} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
);
