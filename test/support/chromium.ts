/** Chromium from npm alone. It is unpacked once for all runs of all clones, whole or not at all, before any test file asks for it. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdtemp, rename, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const FOLDER = join(tmpdir(), 'zvirka-chromium-153.0.0')
const UNPACK = `const { default: binary } = await import('@sparticuz/chromium'); await binary.executablePath()`

// The package unpacks below the folder for temporary files, and what the browser needs besides only where it takes itself to be in a cloud.
const settingsFor = (folder: string) => ({ TMPDIR: folder, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' })

/** Unpacks the browser where that was not done yet. The package itself takes a file that another process is still writing for a whole one. */
export async function unpackChromium(): Promise<void> {
  if (existsSync(FOLDER)) return
  const folder = await mkdtemp(`${FOLDER}-`)
  await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
    cwd: import.meta.dirname,
    env: { ...process.env, ...settingsFor(folder) },
  })
  // Another run was faster: its folder is as good.
  await rename(folder, FOLDER).catch(() => rm(folder, { recursive: true, force: true }))
}

/** What the package asks for, made for one page in a cloud's function, and what is wrong with it here. */
const UNWANTED = new Set([
  // In one process the browser ends with the first window that is closed.
  '--single-process',
  // Each page would load the program anew instead of being a copy of a process that has done so.
  '--no-zygote',
  // What browsers forbid a page must be forbidden here as well.
  '--disable-web-security',
  '--allow-running-insecure-content',
])

/** Starts the browser, headless. */
export async function launchChromium(): Promise<Browser> {
  await unpackChromium()
  const before = { ...process.env }
  Object.assign(process.env, settingsFor(FOLDER))
  try {
    // It sets the paths of the browser's libraries, which commands that tests start must not have.
    const { default: binary } = await import('@sparticuz/chromium')
    return await chromium.launch({
      executablePath: await binary.executablePath(),
      // No screen is there to draw on: what draws for one takes half of the time.
      args: [...binary.args.filter((each) => !UNWANTED.has(each)), '--disable-gpu'],
      headless: true,
    })
  } finally {
    process.env = before
  }
}
