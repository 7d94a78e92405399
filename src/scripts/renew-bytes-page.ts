/** `npm run bytes-page`: renews `spec/wire/bytes.md`. */
import { writeFileSync } from 'node:fs'
import { bytesPage } from '../bytes-page/bytes-page.js'

writeFileSync('spec/wire/bytes.md', bytesPage())
process.stdout.write('spec/wire/bytes.md renewed\n')
