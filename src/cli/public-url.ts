import type { Settings } from '../config/settings.ts'

/** The public address of the API (spec 7.2): ZVIRKA_PUBLIC_URL, or where this process serves it, or where another one would. */
export function publicUrlOf({ http: { publicUrl, host, port } }: Settings, apiUrl?: string): string {
  return publicUrl ?? apiUrl ?? `http://${host.includes(':') ? `[${host}]` : host}:${port}`
}
