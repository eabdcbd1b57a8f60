import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A file of JSON lines that gets its name only when it is complete. */
export interface LineFile {
  write(record: object): void
  /** True when enough is buffered that `flush` should be awaited: that keeps memory use constant. */
  readonly isFull: boolean
  flush(): Promise<void>
  readonly lines: number
  close(): Promise<void>
  /** Gives the file its name; `discard` removes it instead. */
  publish(): Promise<void>
  discard(): Promise<void>
}

const fullAt = 256 * 1024

/** Opens a file under a temporary name beside the final one. */
export async function openLineFile(folder: string, name: string): Promise<LineFile> {
  const final = join(folder, name)
  const temporary = join(folder, `.${name}.part`)
  return writing(await open(temporary, 'w'), temporary, final)
}

function writing(handle: FileHandle, temporary: string, final: string): LineFile {
  let gathered = ''
  let lines = 0
  const flush = async () => {
    const text = gathered
    gathered = ''
    // A handle's writeFile continues where the last one ended, and writes everything or throws.
    if (text !== '') await handle.writeFile(text)
  }
  return {
    write(record) {
      gathered += `${JSON.stringify(record)}\n`
      lines++
    },
    get isFull() {
      return gathered.length >= fullAt
    },
    get lines() {
      return lines
    },
    flush,
    async close() {
      await flush()
      await handle.close()
    },
    publish: () => rename(temporary, final),
    async discard() {
      await handle.close().catch(() => undefined)
      await rm(temporary, { force: true })
    },
  }
}
