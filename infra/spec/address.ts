// IP addresses and host names.
// This module is pure: no Deno APIs, no I/O.

/** Whether `text` is an IPv4 address. */
export function isIpv4(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) &&
    // With a zero in front some read it as octal.
    text.split(".").every((part) => Number(part) < 256 && String(Number(part)) === part);
}

/** Whether `text` is an IPv6 address: without brackets, without a zone (RFC 4291, 2.2). */
export function isIpv6(text: string): boolean {
  // Its last 32 bits may be written as IPv4: two groups.
  const [, head = "", tail = ""] = /^(.*:)?(.*)$/.exec(text)!;
  const groups = tail.includes(".") ? (isIpv4(tail) ? `${head}0:0` : "") : text;
  const halves = groups.split("::");
  if (halves.length > 2 || !groups.includes(":")) return false;
  const parts = halves.flatMap((half) => half === "" ? [] : half.split(":"));
  return parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) &&
    (halves.length === 2 ? parts.length < 8 : parts.length === 8);
}

/** Whether `text` is an IP address. */
export function isIpAddress(text: string): boolean {
  return isIpv4(text) || isIpv6(text);
}

/** Whether `address` means all of a machine's addresses. */
export function isWildcard(address: string): boolean {
  return address === "0.0.0.0" || (isIpv6(address) && /^[0:.]+$/.test(address));
}

/** Whether `text` is a host's name, by its letters (RFC 1123, and `_`, which some have). */
export function isHostName(text: string): boolean {
  return /^(?=.{1,253}$)\w([\w-]{0,61}\w)?(\.\w([\w-]{0,61}\w)?)*$/.test(text) &&
    // Only an IPv4 address ends in a number.
    !/(^|\.)\d+$/.test(text);
}

/** An IPv6 address in brackets, as it stands before a port; anything else as it is. */
export function urlHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}
