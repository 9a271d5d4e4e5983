// SPDX-License-Identifier: MIT
#include "window/commands/StepEdits.h"

#include "document/Document.h"
#include "editing/CanvasEditor.h"
#include "inspector/InspectorPanel.h"
#include "monitor/LimitBox.h"

namespace millrace {

StepEdits::StepEdits(Parts parts, QObject *parent) : QObject(parent), m_parts(parts)
{
    using Edit = InspectorPanel::Edit;
    connect(&m_parts.inspector, &InspectorPanel::edited, this,
            [this](const QString &caption, const QString &key, const Edit &edit) {
                m_parts.document.edit(named(caption, m_parts.editor.selection()), key, edit);
            });
    connect(&m_parts.inspector, &InspectorPanel::codeEdited, this,
            [this](const std::string &step, const QString &caption, const QString &key, const Edit &edit) {
                m_parts.document.edit(named(caption, {step}), key, edit);
            });
    connect(&m_parts.limitBox, &LimitBox::workerWanted, this, &StepEdits::addWorker);
}

void StepEdits::addWorker(const std::string &step)
{
    m_parts.document.edit(named(tr("Add a worker"), {step}), {}, [&](Pipeline &pipeline) {
        if (PipelineStep *found = pipeline.step(step))
            found->workers = pipeline.workersOf(*found) + 1;
    });
}

QString StepEdits::named(const QString &caption, const StepIds &steps) const
{
    return captionOf(caption, m_parts.document.pipeline(), steps, m_parts.document.registry());
}

} // namespace millrace
