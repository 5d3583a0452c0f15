// The password of Grafana's administrator: made once, kept in a private file.
import { ADMIN_PASSWORD } from "../render/mod.ts";
import type { Host } from "./host.ts";

/** Letters and digits without those that look alike. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/**
 * Makes the password, unless there is one.
 *
 * @param dir Absolute path of the stack's directory.
 * @returns The password, when it was made now.
 */
export async function ensureAdminPassword(host: Host, dir: string): Promise<string | undefined> {
  const path = `${dir}/${ADMIN_PASSWORD}`;
  if (await host.readText(path)) return undefined;
  // The alphabet's 56 characters do not divide 256: bytes beyond the last whole round are left out.
  const limit = 256 - 256 % ALPHABET.length;
  let password = "";
  while (password.length < 24) {
    const [byte] = crypto.getRandomValues(new Uint8Array(1));
    if (byte! < limit) password += ALPHABET[byte! % ALPHABET.length];
  }
  await host.writeText(path, password, 0o600);
  return password;
}
