// SPDX-License-Identifier: MIT
#include "window/runs/WhatIf.h"

#include "analysis/MeasuredModel.h"
#include "analysis/Tuning.h"
#include "commands/Actions.h"
#include "document/Document.h"
#include "model/Edits.h"
#include "monitor/whatif/WhatIfWindow.h"
#include "run/RunBridge.h"

#include <QAction>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace millrace {

namespace {

constexpr int64_t MostItems = 1'000'000; // in a batch, to be tried

} // namespace

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
        rows.push_back({m_nameOf(step.id), type ? mostUsefulWorkersOf(*type) : 1, !type || type->hasInput()});
    }
    if (!m_view) {
        m_view = new WhatIfWindow(m_parts.theme, m_window);
        using Wishes = std::vector<WhatIfWindow::Wish>;
        connect(m_view, &WhatIfWindow::applied, this, [this](const Wishes &wishes, std::optional<int> batchSize) {
            m_parts.document.edit(tr("Apply what was tried"), {}, [&wishes, batchSize](Pipeline &pipeline) {
                if (batchSize) {
                    pipeline.batching.size = *batchSize;
                    pipeline.hasBatching = true;
                }
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
    const Pipeline &running = bridge.pipeline();
    const bool hasOneSize = std::ranges::none_of(
        running.steps, [](const PipelineStep &step) { return step.isEnabled && step.batching.has_value(); });
    m_view->open(*std::move(model), rows, hasOneSize ? int(std::min(running.batching.size, MostItems)) : 0);
}

} // namespace millrace
