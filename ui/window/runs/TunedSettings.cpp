// SPDX-License-Identifier: MIT
#include "window/runs/TunedSettings.h"

#include "document/Document.h"

#include <QCoreApplication>

#include <algorithm>

namespace millrace {

std::optional<int> &TunedSettings::settingIn(PipelineStep &step, TuneMove::Setting setting)
{
    return setting == TuneMove::Setting::Workers ? step.workers : step.queueSize;
}

int TunedSettings::valueOf(const Pipeline &pipeline, const PipelineStep &step, TuneMove::Setting setting)
{
    return setting == TuneMove::Setting::Workers ? pipeline.workersOf(step) : pipeline.queueSizeOf(step);
}

void TunedSettings::begin(const Pipeline &running, const QString &caption)
{
    m_caption = caption;
    m_expected.clear();
    m_tuned.clear();
    m_state.reset();
    const Pipeline &drawn = m_document.pipeline();
    for (const PipelineStep &step : running.steps)
        if (const PipelineStep *found = drawn.step(step.id))
            for (const auto setting : {TuneMove::Setting::Workers, TuneMove::Setting::QueueSize})
                m_expected[{step.id, setting}] = valueOf(drawn, *found, setting);
}

bool TunedSettings::isStill(const Key &key, int value) const
{
    const PipelineStep *step = m_document.pipeline().step(key.first);
    return step && valueOf(m_document.pipeline(), *step, key.second) == value;
}

void TunedSettings::make(const std::vector<TuneMove> &moves)
{
    std::vector<std::pair<Key, int>> wanted;
    for (const TuneMove &move : moves) {
        const Key key(move.step, move.setting);
        const auto expected = m_expected.find(key);
        if (expected == m_expected.end() || !isStill(key, expected->second))
            continue;
        Pipeline drawn = m_document.pipeline();
        m_tuned.try_emplace(key, Tuned{settingIn(*drawn.step(move.step), move.setting), 0}).first->second.now = move.to;
        expected->second = move.to;
        wanted.emplace_back(key, move.to);
    }
    const auto edit = [&](Pipeline &pipeline) {
        for (const auto &[key, value] : wanted) {
            // Where it is again what it was, the drawing says it again as it did.
            const Tuned &tuned = m_tuned.at(key);
            PipelineStep &step = *pipeline.step(key.first);
            settingIn(step, key.second) = tuned.before;
            if (valueOf(pipeline, step, key.second) != value)
                settingIn(step, key.second) = value;
        }
    };
    if (m_state && m_state == m_document.state())
        m_document.amend(edit);
    else
        m_document.edit(m_caption, {}, edit);
    m_state = hasChanges() ? m_document.state() : nullptr; // else the undo step is gone
}

std::optional<std::string> TunedSettings::changedByHand() const
{
    for (const auto &[key, value] : m_expected)
        if (!isStill(key, value))
            return key.first;
    return {};
}

bool TunedSettings::hasChanges() const
{
    return std::ranges::any_of(m_tuned, [this](const auto &entry) {
        const PipelineStep *step = m_document.pipeline().step(entry.first.first);
        if (!step || !isStill(entry.first, entry.second.now))
            return false;
        PipelineStep before = *step;
        settingIn(before, entry.first.second) = entry.second.before;
        return valueOf(m_document.pipeline(), before, entry.first.second) != entry.second.now;
    });
}

void TunedSettings::keep()
{
    m_tuned.clear();
    m_state.reset();
}

void TunedSettings::takeBack()
{
    if (m_state && m_state == m_document.state()) {
        m_document.undo();
    } else {
        const auto edit = [this](Pipeline &pipeline) {
            for (const auto &[key, tuned] : m_tuned)
                if (isStill(key, tuned.now))
                    settingIn(*pipeline.step(key.first), key.second) = tuned.before;
        };
        m_document.edit(QCoreApplication::translate("TunedSettings", "Take back what was tuned"), {}, edit);
    }
    keep();
}

} // namespace millrace
