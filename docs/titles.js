// A plugin of typedoc: a page of docs/ or spec/ is listed under its own heading, not its file's name.
export function load(application) {
  application.converter.on('resolveBegin', (context) => {
    for (const page of context.project.documents ?? []) {
      const heading = page.content.map(({ text }) => text).join('').match(/^# (.+)$/m)
      if (heading) page.name = heading[1].replace(/[`*]/g, '')
    }
  })
}
