/** What the pages are tested with: the real API with the built page, on a real database with people and runs. */
import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { AccessPolicy } from '../../src/access/policy.ts'
import { readPageBundle } from '../../src/api/web/bundle.ts'
import type { PageConfig } from '../../src/api/web/page.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { repository } from '../support/imports.ts'
import { USER } from '../synchronization/people.ts'
import { type Look, type OpenPage, openPage } from './browser.ts'

/** An API with a page, and pages of a browser. */
export interface World {
  readonly api: TestApi
  /** Opens a path of the page, signed in as a role (by default with masked numbers, as the page does), or signed out without a role. */
  open(path: string, options?: Look & { readonly role?: string; readonly isMasked?: boolean }): Promise<OpenPage>
  close(): Promise<void>
}

let folder: Promise<string> | undefined

/** The page built from the current sources: checked once in this process, and rebuilt only if they changed. */
export async function builtPage(config: PageConfig = { isDemo: false, systemUserId: USER }, basePath = '/') {
  folder ??= build()
  return { bundle: readPageBundle(await folder), basePath, config }
}

async function build(): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [join(repository, 'web/build.ts')])
  return stdout.trim().split('\n').at(-1) ?? ''
}

/** Starts both. */
export async function startWorld(policy?: AccessPolicy): Promise<World> {
  const page = await builtPage()
  const api = await startTestApi({
    page,
    ...(policy === undefined ? {} : { policy, encryption: policy.secondFactor.encryption }),
  })
  const opened: OpenPage[] = []
  const tokens = new Map<string, Promise<string>>()
  const tokenOf = (role: string, isMasked: boolean) => {
    const key = `${role}, ${isMasked}`
    const email = `${role.toLowerCase().replaceAll(' ', '.')}${isMasked ? '' : '.whole'}@zvirka.example`
    const known = tokens.get(key) ?? api.token({ role, isMasked, email })
    tokens.set(key, known)
    return known
  }
  return {
    api,
    async open(path, { role, isMasked = true, ...look } = {}) {
      const token = role === undefined ? {} : { token: await tokenOf(role, isMasked) }
      const page = await openPage(`${api.url}${path}`, { ...look, ...token })
      opened.push(page)
      return page
    },
    async close() {
      // Closing twice does nothing.
      await Promise.all(opened.map((page) => page.close()))
      await api.close()
    },
  }
}
