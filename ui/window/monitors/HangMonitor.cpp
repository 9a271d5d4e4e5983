// SPDX-License-Identifier: MIT
#include "window/monitors/HangMonitor.h"

#include "canvas/CanvasScene.h"
#include "document/Document.h"
#include "model/Edits.h"
#include "model/Format.h"
#include "run/RunBridge.h"
#include "theme/Text.h"
#include "window/MessageBar.h"

#include <utility>
#include <vector>

namespace millrace {

HangMonitor::HangMonitor(Parts parts, std::function<QString(const std::string &)> nameOf, QObject *parent)
    : QObject(parent), m_parts(parts), m_nameOf(std::move(nameOf))
{
    connect(&m_parts.bridge, &RunBridge::started, this, &HangMonitor::begin);
    connect(&m_parts.bridge, &RunBridge::sampled, this, &HangMonitor::look);
    connect(&m_parts.bridge, &RunBridge::finished, this, &HangMonitor::clear);
    connect(&m_parts.bridge, &RunBridge::stateChanged, this, [this] {
        if (!m_parts.bridge.hasSamples())
            clear();
    });
}

void HangMonitor::begin()
{
    clear();
    m_told.reset();
    m_toldQueues.clear();
    m_doctor = HangDoctor(m_parts.bridge.pipeline(), [this](const std::string &step) {
        return toUtf8(QStringLiteral("“%1”").arg(m_nameOf(step)));
    });
}

/// Nothing is held up any more.
void HangMonitor::clear()
{
    draw({});
    if (!m_sentence.isEmpty() && m_parts.messages.sentence() == m_sentence)
        m_parts.messages.hide();
    m_sentence.clear();
}

void HangMonitor::look()
{
    if (!m_parts.bridge.hasSamples() || !m_parts.bridge.isUnderWay())
        return;
    const RunSample &sample = m_parts.bridge.reader().last();
    m_doctor.add(sample);
    const auto &hang = m_doctor.hang();
    if (!hang && !m_sentence.isEmpty())
        clear();
    draw(hang);
    // Of the same steps again only where it takes twice as long as what was told: slow batches are no news.
    const bool isTold =
        hang && m_told
        && (m_told->isOf(*hang) || (m_told->stuck == hang->stuck && hang->seconds < 2 * m_told->seconds));
    if (hang && !isTold)
        tell(*hang);
    for (const EnlargedQueue &queue : enlargedQueues(sample, m_parts.bridge.pipeline()))
        if (m_toldQueues.insert(queue.step).second)
            tellOfQueue(queue);
}

/// The links over which somebody waits for somebody.
void HangMonitor::draw(const std::optional<Hang> &hang)
{
    std::set<std::pair<std::string, std::string>> links;
    if (hang)
        for (const Hang::Wait &wait : hang->waits)
            links.insert(wait.reason == Hang::Wait::For::Input ? std::pair(wait.neighbour, wait.step)
                                                               : std::pair(wait.step, wait.neighbour));
    m_parts.scene.showWaits(links);
}

void HangMonitor::tell(const Hang &hang)
{
    m_told = hang;
    m_sentence = tr("Nothing has moved since %1. %2").arg(formatMoment(hang.since), toQString(hang.why));
    std::vector<MessageBar::Answer> answers;
    if (mayHaveWorker(hang.needsWorker))
        answers.push_back({tr("Add a worker"), [this, step = hang.needsWorker] { addWorker(step); }});
    answers.push_back({tr("Show step"), [this, step = hang.stuck.front()] { Q_EMIT stepWanted(step); }});
    m_parts.messages.show(MessageBar::Kind::Warning, m_sentence, std::move(answers));
}

void HangMonitor::tellOfQueue(const EnlargedQueue &queue)
{
    m_sentence =
        tr("The queue of “%1” was full while a later step waited for batches of another branch. So that the run "
           "goes on, it holds %2 now.")
            .arg(m_nameOf(queue.step), formatNoun(uint64_t(queue.now), tr("batch"), tr("batches")));
    m_parts.messages.show(MessageBar::Kind::Info, m_sentence,
                          {{tr("Keep this size"), [this, queue] { giveRoom(queue.step, queue.now); }},
                           {tr("Without a bound"), [this, step = queue.step] { giveRoom(step, 0); }}});
}

bool HangMonitor::mayHaveWorker(const std::string &step) const
{
    const Pipeline &pipeline = m_parts.document.pipeline();
    const PipelineStep *drawn = pipeline.step(step);
    const StepType *type = drawn ? m_parts.document.registry().find(drawn->type) : nullptr;
    const int most = type ? mostWorkersOf(*type) : 1;
    return drawn && (most == 0 || pipeline.workersOf(*drawn) < most);
}

void HangMonitor::addWorker(const std::string &step)
{
    const auto caption =
        captionOf(tr("Add a worker"), m_parts.document.pipeline(), {step}, m_parts.document.registry());
    m_parts.document.edit(caption, {}, [&](Pipeline &pipeline) {
        if (PipelineStep *found = pipeline.step(step))
            found->workers = pipeline.workersOf(*found) + 1;
    });
}

void HangMonitor::giveRoom(const std::string &step, int batches)
{
    const auto caption = captionOf(tr("Queue size"), m_parts.document.pipeline(), {step}, m_parts.document.registry());
    m_parts.document.edit(caption, {}, [&](Pipeline &pipeline) {
        if (PipelineStep *found = pipeline.step(step))
            found->queueSize = batches;
    });
}

} // namespace millrace
