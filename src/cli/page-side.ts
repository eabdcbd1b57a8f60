/**
 * Where the admin page comes from. In a clone it is built from its sources on the first start after a change (it takes seconds, and the API
 * does not wait), because npm may be configured to run no scripts, and a stored build may belong to another version. An image has no
 * sources and uses its own build.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type PageBundle, readPageBundle } from '../api/web/bundle.ts'
import type { PageConfig, PageOptions } from '../api/web/page.ts'
import type { Settings } from '../config/settings.ts'
import type { Log } from '../observability/log.ts'

const WEB = fileURLToPath(new URL('../../web/', import.meta.url))

/** Finds or builds the page. `close` ends a build in progress. */
export function openPage(settings: Settings, log: Log, isDemo: boolean): PageOptions & { close(): void } {
  const ending = new AbortController()
  const bundle = openBundle(ending.signal)
  bundle.catch((error: unknown) => {
    if (!ending.signal.aborted) log.warn({ error }, 'the admin page is not available: it could not be built')
  })
  const { publicUrl } = settings.http
  const basePath = publicUrl === undefined ? '/' : `${new URL(publicUrl).pathname.replace(/\/$/, '')}/`
  return { bundle, basePath, config: configOf(settings, isDemo), close: () => ending.abort() }
}

function configOf({ api, oidc, systemUserId }: Settings, isDemo: boolean): PageConfig {
  const { issuer, audience, clientId, scope } = oidc
  const config = { isDemo, systemUserId, ...(api.passwordSignIn ? {} : { isPasswordSignInOff: true }) }
  return issuer === undefined || audience === undefined || clientId === undefined
    ? config
    : { ...config, oidc: { issuer, audience, clientId, scope } }
}

async function openBundle(signal: AbortSignal): Promise<PageBundle> {
  return readPageBundle(canBuild() ? await build(signal) : await onlyBuild())
}

function canBuild(): boolean {
  return existsSync(join(WEB, 'build.ts')) && existsSync(join(WEB, '../node_modules/vite'))
}

async function build(signal: AbortSignal): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(WEB, 'build.ts')], { signal })
  return stdout.trim().split('\n').at(-1) ?? ''
}

async function onlyBuild(): Promise<string> {
  const dist = join(WEB, 'dist')
  const [name] = (await readdir(dist)).filter((each) => !each.startsWith('.'))
  if (name === undefined) throw new Error('there is no build of the page')
  return join(dist, name)
}
