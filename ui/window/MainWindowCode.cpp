// SPDX-License-Identifier: MIT
// Code of steps in windows of their own.
#include "document/Document.h"
#include "inspector/editors/CodeWindow.h"
#include "inspector/InspectorPanel.h"
#include "metrics/LogRecord.h"
#include "theme/Text.h"
#include "window/MainWindow.h"

#include <QAction>
#include <QRegularExpression>

#include <algorithm>

namespace millrace {

void MainWindow::openCode(const std::string &step, std::string param, int line, int column)
{
    const PipelineStep *found = m_document->pipeline().step(step);
    const StepType *type = found ? m_registry.find(found->type) : nullptr;
    if (!type)
        return;
    const auto code = std::ranges::find_if(type->params, [&param](const Param &candidate) {
        return candidate.kind == ParamKind::Code && (param.empty() || candidate.name == param);
    });
    if (code == type->params.end())
        return;
    CodeWindow &window = m_inspector->openCode(step, code->name);
    window.addAction(action("run.start"));
    inspect();
    if (line > 0)
        window.goTo(line, column);
}

void MainWindow::showCodeOf(const LogRecord &record)
{
    static const QRegularExpression place(QStringLiteral("^line (\\d+)(?:, column (\\d+))?: "));
    if (const auto match = place.match(toQString(record.message)); match.hasMatch())
        openCode(record.step, {}, match.captured(1).toInt(), match.captured(2).toInt());
}

} // namespace millrace
