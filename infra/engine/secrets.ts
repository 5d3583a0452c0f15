// Passwords that are made up once, before a service's first start, and kept in private files.
import type { Host } from "./host/host.ts";

/** Letters and digits without those that look alike. */
const ALPHABET = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";

/**
 * Makes up the password in a file, unless there is one.
 *
 * @param path Absolute path of the file.
 * @returns The password, when it was made now.
 */
export async function ensurePassword(host: Host, path: string): Promise<string | undefined> {
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
