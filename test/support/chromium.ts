/**
 * A Chromium from npm for tests, benchmarks and screenshots. It is unpacked into the clone, where nobody else can plant a program, with its
 * libraries and fonts, so that nothing depends on what the machine has installed.
 */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type Browser, chromium } from 'playwright-core'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache/', import.meta.url))
const MANIFEST = join(dirname(createRequire(import.meta.url).resolve('@sparticuz/chromium')), '../package.json')
const UNPACK = `const { default: binary } = await import('@sparticuz/chromium'); await binary.executablePath()`

/** The unpacked browser: the folder name has the version, so an update of the package unpacks it again. */
async function browserFolder(): Promise<string> {
  const { version } = JSON.parse(await readFile(MANIFEST, 'utf8')) as { version: string }
  return join(CACHE, `chromium-${version}`)
}

const fontsOf = (folder: string) => join(folder, 'fonts')

/** Uses the fonts of the package and a cache beside them; the machine's fonts are neither needed nor read. */
const fontsConfiguration = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
  <dir>${xmlEscaped(fontsOf(folder))}</dir>
  <cachedir>${xmlEscaped(join(folder, 'fonts-cache'))}</cachedir>
</fontconfig>
`

const xmlEscaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

const fontsConfigurationFile = (folder: string) => join(folder, 'fonts.conf')

/** Unpacks the browser if that was not done yet, completely or not at all: two runs may do it at once. */
export async function unpackChromium(): Promise<string> {
  const folder = await browserFolder()
  if (existsSync(folder)) return folder
  await mkdir(CACHE, { recursive: true })
  const scratch = await mkdtemp(`${folder}-`)
  try {
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', UNPACK], {
      cwd: import.meta.dirname,
      // The package unpacks into the temporary folder, and its libraries only if it believes to be in a cloud.
      env: { ...process.env, TMPDIR: scratch, AWS_LAMBDA_JS_RUNTIME: 'nodejs22.x' },
    })
    await writeFile(fontsConfigurationFile(scratch), fontsConfiguration(folder))
    await rename(scratch, folder).catch((error: unknown) => {
      // Another run was faster: its folder is as good.
      if (!existsSync(folder)) throw error
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
  return folder
}

/** Options of the package meant for one page in a cloud function, and what is wrong with each here. */
const UNWANTED = new Set([
  // In a single process the browser ends with the first closed window.
  '--single-process',
  // Without the zygote each page would start a new process instead of forking one.
  '--no-zygote',
  // What browsers forbid a page must be forbidden here as well.
  '--disable-web-security',
  '--allow-running-insecure-content',
])

/** Starts the browser, headless. */
export async function launchChromium(): Promise<Browser> {
  const folder = await unpackChromium()
  const { default: binary } = await import('@sparticuz/chromium')
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    args: [
      ...binary.args.filter((each) => !UNWANTED.has(each)),
      // There is no screen: rendering for one takes half of the time.
      '--disable-gpu',
      // A container has a /dev/shm of 64 MB or less; pages need more.
      '--disable-dev-shm-usage',
    ],
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(folder, 'al2023', 'lib'),
      FONTCONFIG_FILE: fontsConfigurationFile(folder),
    },
    headless: true,
  })
}

let shared: Promise<Browser> | undefined

/** The browser of this process, shared by its test files; it ends with the process. Close every context that you open. */
export async function sharedChromium(): Promise<Browser> {
  const running = await shared?.catch(() => undefined)
  if (running?.isConnected() === true) return running
  shared = launchChromium()
  return shared
}
