// SPDX-License-Identifier: MIT
#include "window/runs/WhatIf.h"

#include "analysis/MeasuredModel.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "model/Edits.h"
#include "monitor/whatif/WhatIfWindow.h"
#include "pipeline/check/Checker.h"
#include "run/RunBridge.h"

#include <QAction>

#include <utility>
#include <vector>

namespace millrace {

WhatIf::WhatIf(Parts parts, std::function<QString(const std::string &)> nameOf, QWidget *window)
    : QObject(window), m_parts(parts), m_nameOf(std::move(nameOf)), m_window(window)
{
    connect(m_parts.actions["run.whatIf"], &QAction::triggered, this, &WhatIf::open);
    connect(&m_parts.bridge, &RunBridge::stateChanged, this, &WhatIf::updateAction);
    connect(&m_parts.bridge, &RunBridge::sampled, this, &WhatIf::updateAction);
    updateAction();
}

void WhatIf::updateAction()
{
    const RunBridge &bridge = m_parts.bridge;
    m_parts.actions["run.whatIf"]->setEnabled(bridge.hasSamples() && bridge.reader().last().itemsRead > 0);
}

void WhatIf::open()
{
    const RunBridge &bridge = m_parts.bridge;
    auto model =
        bridge.hasSamples() ? measuredModel(bridge.reader().last(), bridge.pipeline(), bridge.cores()) : std::nullopt;
    if (!model)
        return;
    std::vector<WhatIfWindow::Row> rows;
    for (const SimulatedStep &step : model->steps) {
        const StepType *type = m_parts.document.registry().find(step.type);
        rows.push_back({m_nameOf(step.id), type ? mostWorkersOf(*type) : 1, !type || type->hasInput()});
    }
    if (!m_view) {
        m_view = new WhatIfWindow(m_parts.theme, m_window);
        connect(m_view, &WhatIfWindow::applied, this, [this](const std::vector<WhatIfWindow::Wish> &wishes) {
            m_parts.document.edit(tr("Apply what was tried"), {}, [&wishes](Pipeline &pipeline) {
                for (const WhatIfWindow::Wish &wish : wishes) {
                    PipelineStep *step = pipeline.step(wish.step);
                    if (step && wish.workers)
                        step->workers = wish.workers;
                    if (step && wish.queueSize)
                        step->queueSize = wish.queueSize;
                }
            });
        });
    }
    m_view->open(*std::move(model), rows);
}

} // namespace millrace
