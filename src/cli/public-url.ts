import type { Settings } from '../config/settings.ts'

/** By what address people reach the API (spec 7.2): ZVIRKA_PUBLIC_URL, or where this process serves it, or where another one would. */
export function publicUrlOf({ mail, http: { host, port } }: Settings, apiUrl?: string): string {
  return mail.publicUrl ?? apiUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
