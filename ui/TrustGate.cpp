// SPDX-License-Identifier: MIT
#include "TrustGate.h"

#include "Document.h"
#include "model/Text.h"
#include "TrustSheet.h"

#include <algorithm>
#include <iterator>

namespace millrace {

TrustGate::TrustGate(const Document &document, QWidget *window)
    : QObject(window), m_document(document), m_window(window)
{
    connect(&document, &Document::opened, this, [this] {
        m_foreign.clear();
        noteForeign();
    });
    connect(&document, &Document::reloaded, this, &TrustGate::noteForeign);
    connect(&document, &Document::saved, this, &TrustGate::recordOwn);
}

Executables TrustGate::executables(const Pipeline &pipeline) const
{
    return executablesOf(pipeline, m_document.registry(), toUtf8(m_document.folder()));
}

Executables TrustGate::foreignOf(const Pipeline &pipeline) const
{
    Executables foreign = m_record.unknownOf(executables(pipeline));
    std::erase_if(foreign, [this](const Executable &executable) { return !m_foreign.contains(executable.print); });
    return foreign;
}

void TrustGate::noteForeign()
{
    // Those that are turned off, too: they may be turned on.
    Pipeline pipeline = m_document.pipeline();
    for (PipelineStep &step : pipeline.steps) {
        step.isEnabled = true;
        step.isBypassed = false;
    }
    for (const Executable &unknown : m_record.unknownOf(executables(pipeline)))
        m_foreign.insert(unknown.print);
}

/// Saving somebody else's file doesn't mean that what it brings along was looked at.
void TrustGate::recordOwn()
{
    Executables own = executables(m_document.pipeline());
    std::erase_if(own, [this](const Executable &executable) { return m_foreign.contains(executable.print); });
    record(own);
}

void TrustGate::record(const Executables &executables)
{
    if (const auto added = m_record.add(executables); !added)
        Q_EMIT failed(toQString(added.error().message));
}

void TrustGate::trust(const Pipeline &pipeline, const QString &folder)
{
    record(executablesOf(pipeline, m_document.registry(), toUtf8(folder)));
}

void TrustGate::pass(const Pipeline &pipeline, std::function<void()> run)
{
    if (m_sheet)
        return;
    const Executables foreign = foreignOf(pipeline);
    if (foreign.empty()) {
        run();
        return;
    }
    m_sheet = new TrustSheet(m_document.title(), foreign, m_window);
    m_sheet->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_sheet, &TrustSheet::accepted, this, [this, foreign, run = std::move(run)] {
        m_sheet.clear(); // run() may ask for the next
        record(foreign);
        run();
    });
    m_sheet->open();
}

} // namespace millrace
