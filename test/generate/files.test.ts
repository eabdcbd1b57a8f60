import { execFile } from 'node:child_process'
import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { fileNames, generate } from '../../demo/generate/generate.ts'
import { effort } from '../support/effort.ts'
import { inFolder } from './people.ts'

const all = Object.values(fileNames).sort()
const withoutParties = all.filter((name) => name !== fileNames.parties)

test.each([
  [0, withoutParties],
  [5, all],
])('the folder is created, and with %i parties contains nothing but the files', async (parties, names) => {
  await inFolder(async (folder) => {
    const inner = join(folder, 'a', 'b')
    const generated = await generate({ persons: 100, parties, seed: 1, folder: inner })
    expect(generated).toMatchObject({ kind: 'done', lines: { persons: 100, parties } })
    expect((await readdir(inner)).sort()).toEqual(names)
  })
})

test('files with the same names are replaced only on request', async () => {
  await inFolder(async (folder) => {
    await writeFile(join(folder, fileNames.stolen), 'mine')
    expect(await generate({ persons: 10, seed: 1, folder })).toEqual({ kind: 'in_the_way', names: [fileNames.stolen] })
    expect(await readFile(join(folder, fileNames.stolen), 'utf8')).toBe('mine')
    expect(await readdir(folder)).toEqual([fileNames.stolen])
    // A parties file that does not match the new people is removed as well.
    await writeFile(join(folder, fileNames.parties), 'mine')
    expect(await generate({ persons: 10, seed: 1, folder, force: true })).toMatchObject({ kind: 'done' })
    expect((await readdir(folder)).sort()).toEqual(withoutParties)
    expect(await readFile(join(folder, fileNames.stolen), 'utf8')).not.toContain('mine')
  })
})

test('an interrupted run leaves nothing, and existing files stay', async () => {
  await inFolder(async (folder) => {
    await generate({ persons: 10, parties: 10, seed: 1, folder })
    const before = await readFile(join(folder, fileNames.persons))
    const controller = new AbortController()
    const generated = await generate({
      persons: 1_000_000,
      parties: 1_000_000,
      seed: 2,
      folder,
      force: true,
      signal: controller.signal,
      onProgress: () => controller.abort(),
    })
    expect(generated).toEqual({ kind: 'interrupted' })
    expect((await readdir(folder)).sort()).toEqual(all)
    expect(await readFile(join(folder, fileNames.persons))).toEqual(before)
  })
})

test('a failure while writing leaves no partial files', async () => {
  await inFolder(async (folder) => {
    await expect(
      generate({
        persons: 100_000,
        seed: 1,
        folder,
        onProgress: () => {
          throw new Error('the screen broke')
        },
      }),
    ).rejects.toThrow('the screen broke')
    expect(await readdir(folder)).toEqual([])
  })
})

test('memory is constant: four times the persons need hardly more', async () => {
  const run = promisify(execFile)
  const script = new URL('../../demo/generate/generate.ts', import.meta.url).href
  const peak = (persons: number) =>
    inFolder(async (folder) => {
      const code = `
        const { generate } = await import(${JSON.stringify(script)})
        await generate({ persons: ${persons}, parties: ${persons / 10}, seed: 1, folder: ${JSON.stringify(folder)} })
        console.log(process.resourceUsage().maxRSS)`
      const { stdout } = await run(process.execPath, ['--input-type=module', '-e', code])
      expect((await stat(join(folder, fileNames.persons))).size).toBeGreaterThan(persons * 300)
      return Number(stdout)
    })
  const few = await peak(effort(25_000, 100_000))
  const many = await peak(effort(100_000, 400_000))
  expect(many / few).toBeLessThan(1.4)
})
