import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { onNotAllowed, onSessionEnded } from "../api/client";
import { keepSession, SESSION_KEY, type Session } from "./session";

const SignInModal = lazy(async () => ({ default: (await import("./sign-in-modal")).SignInModal }));

/** A session ended under an open page: asks to sign in over it, then what was asked for is asked for again. */
export function SignInDialog() {
  const client = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const wasOpen = useRef(false);
  const waiting = useRef<((isSignedIn: boolean) => void)[]>([]);
  useEffect(() => {
    onSessionEnded(() => {
      // Nobody was signed in on this page: the router leads to the sign-in page by itself.
      if (!client.getQueryData(SESSION_KEY)) return Promise.resolve(false);
      setOpen(true);
      return new Promise((resolve) => waiting.current.push(resolve));
    });
    onNotAllowed(() => void client.invalidateQueries({ queryKey: SESSION_KEY }));
    return () => {
      onSessionEnded(null);
      onNotAllowed(null);
    };
  }, [client]);
  const finish = (isSignedIn: boolean) => {
    setOpen(false);
    for (const resolve of waiting.current.splice(0)) resolve(isSignedIn);
  };
  const before = client.getQueryData<Session>(SESSION_KEY);
  const onSignedIn = (session: Session) => {
    if (before && before.person.id !== session.person.id) {
      window.location.reload();
      return;
    }
    keepSession(client, session);
    finish(true);
  };
  // Once opened it stays, so that it can close in its own time.
  if (!isOpen && !wasOpen.current) return null;
  wasOpen.current = true;
  return (
    <Suspense fallback={null}>
      <SignInModal isOpen={isOpen} before={before} onClose={() => finish(false)} onSignedIn={onSignedIn} />
    </Suspense>
  );
}
