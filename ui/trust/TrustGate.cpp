// SPDX-License-Identifier: MIT
#include "trust/TrustGate.h"

#include "document/Document.h"
#include "theme/Text.h"
#include "trust/TrustSheet.h"

#include <QFutureWatcher>
#include <QtConcurrentRun>

#include <algorithm>
#include <memory>

namespace millrace {

namespace {

bool hasOtherFiles(const Pipeline &pipeline, const StepRegistry &registry)
{
    return std::ranges::any_of(pipeline.steps, [&registry](const PipelineStep &step) {
        const StepType *type = registry.find(step.type);
        return type && type->nesting == Nesting::Pipeline;
    });
}

} // namespace

/// What comes out of another file (see InlinedPipeline) isn't, unless it was put into it here.
bool TrustGate::Known::isOwn(const Permission &permission) const
{
    const bool isOfOtherFile = permission.step.find('/') != std::string::npos;
    return !foreign.contains(permission.definition) && (!isOfOtherFile || folded.contains(permission.definition));
}

TrustGate::TrustGate(const Document &document, QWidget *window)
    : QObject(window), m_document(document), m_window(window)
{
    const auto noteAll = [this] { m_known.foreign.merge(definitionsOf(m_document.pipeline(), m_document.registry())); };
    connect(&document, &Document::opened, this, [this, noteAll] {
        m_known = {};
        noteAll();
    });
    connect(&document, &Document::reloaded, this, noteAll);
    connect(&document, &Document::saved, this, &TrustGate::recordOwn);
}

TrustGate::~TrustGate()
{
    m_looking.waitForFinished();
}

PipelinePlace TrustGate::place() const
{
    const std::string path = toUtf8(m_document.path());
    return {path.empty() ? std::string() : toUtf8(m_document.folder()), path};
}

void TrustGate::noteForeign(const Pipeline &pasted)
{
    const auto own = definitionsOf(m_document.pipeline(), m_document.registry());
    for (const std::string &definition : definitionsOf(pasted, m_document.registry()))
        if (!own.contains(definition))
            m_known.foreign.insert(definition);
}

TrustGate::Found TrustGate::look(const Pipeline &pipeline,
                                 const StepRegistry &registry,
                                 const PipelinePlace &place,
                                 const Known &known)
{
    const TrustRecord record;
    const auto isOwn = [&](const Permission &permission) { return known.isOwn(permission); };
    Found found{permissionsOf(pipeline, registry, place, record, SurveyDepth::Definitions), {}};
    const bool hasPrograms = std::ranges::any_of(found.survey.needed, [&](const Permission &permission) {
        return permission.kind == Permission::Kind::Execute && !isOwn(permission);
    });
    if (hasPrograms)
        found.survey = permissionsOf(pipeline, registry, place, record);
    found.unknown = record.unknownOf(found.survey.needed);
    std::erase_if(found.unknown, isOwn);
    return found;
}

void TrustGate::lookThen(const Pipeline &pipeline, FoundCall call)
{
    const auto isForeign = [&](const std::string &definition) { return m_known.foreign.contains(definition); };
    if (!hasOtherFiles(pipeline, m_document.registry())
        && std::ranges::none_of(definitionsOf(pipeline, m_document.registry()), isForeign)) {
        call(look(pipeline, m_document.registry(), place(), m_known));
        return;
    }
    m_isLooking = true;
    auto *watcher = new QFutureWatcher<std::shared_ptr<Found>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, call = std::move(call)] {
        m_isLooking = false;
        watcher->deleteLater();
        call(*watcher->result());
    });
    m_looking = QtConcurrent::run([pipeline, &registry = m_document.registry(), place = place(), known = m_known] {
        return std::make_shared<Found>(look(pipeline, registry, place, known));
    });
    watcher->setFuture(m_looking);
}

void TrustGate::pass(const Pipeline &pipeline, Go go)
{
    if (m_sheet || m_isLooking)
        return;
    lookThen(pipeline, [this, pipeline, go = std::move(go)](const Found &found) { decide(pipeline, found, go); });
}

void TrustGate::passQuietly(std::function<Pipeline()> make, const std::function<void(bool isClear)> &go)
{
    auto *watcher = new QFutureWatcher<std::shared_ptr<Found>>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [watcher, go] {
        watcher->deleteLater();
        const std::shared_ptr<Found> found = watcher->result();
        go(found->survey.forbidden.empty() && found->unknown.empty());
    });
    watcher->setFuture(QtConcurrent::run(
        &m_quietly, [make = std::move(make), &registry = m_document.registry(), place = place(), known = m_known] {
            return std::make_shared<Found>(look(make(), registry, place, known));
        }));
}

void TrustGate::decide(const Pipeline &pipeline, const Found &found, Go go)
{
    if (!found.survey.forbidden.empty())
        Q_EMIT failed(toQString(found.survey.forbidden));
    else if (found.unknown.empty())
        begin(found, go);
    else
        ask(pipeline, found, std::move(go));
}

void TrustGate::ask(const Pipeline &pipeline, const Found &found, Go go)
{
    std::vector<AskedPermission> asked;
    for (const Permission &permission : found.unknown)
        asked.push_back({permission, m_record.changesOf(permission, place().identity())});
    m_sheet = new TrustSheet(m_document.title(), asked, toQString(digestOf(found.survey.needed)), m_window);
    m_sheet->setAttribute(Qt::WA_DeleteOnClose);
    connect(m_sheet, &TrustSheet::accepted, this, [this, pipeline, found, go = std::move(go)] {
        m_sheet.clear(); // the run may ask for the next
        lookThen(pipeline, [this, found, go](const Found &now) {
            if (digestOf(now.survey.needed) != digestOf(found.survey.needed)) {
                Q_EMIT failed(
                    tr("Nothing was run, for files were changed while the question stood. Run it again to see "
                       "what it would do now."));
                return;
            }
            tellFailure(m_record.add(now.unknown, place().identity()));
            for (const Permission &permission : now.unknown)
                if (permission.kind != Permission::Kind::Execute)
                    m_known.foreign.erase(permission.definition); // what else is edited here is one's own
            begin(now, go);
        });
    });
    m_sheet->open();
}

void TrustGate::begin(const Found &found, const Go &go)
{
    m_outputs = found.survey.outputs;
    m_pipeline = place().identity();
    if (!place().path.empty())
        tellFailure(m_record.addMade(m_pipeline, m_outputs));
    go(startGuardOf(found.survey.needed));
}

void TrustGate::noteFinished() const
{
    MadeFiles::mark(m_pipeline, m_outputs);
}

/// Their paths may be written otherwise there: whose they are is told by what they were before.
void TrustGate::noteFolded(const Pipeline &steps, const Pipeline &folded, const std::string &step)
{
    const auto isForeign = [&](const std::string &definition) { return m_known.foreign.contains(definition); };
    if (std::ranges::any_of(definitionsOf(steps, m_document.registry()), isForeign))
        return;
    const PermissionSurvey survey =
        permissionsOf(folded, m_document.registry(), place(), m_record, SurveyDepth::Definitions);
    for (const Permission &permission : survey.needed)
        if (permission.step.rfind('/') == step.size() && permission.step.starts_with(step))
            m_known.folded.insert(permission.definition);
}

/// Saving somebody else's file doesn't mean that what it brings along was looked at.
void TrustGate::recordOwn()
{
    m_recording.addFuture(QtConcurrent::run([pipeline = m_document.pipeline(), &registry = m_document.registry(),
                                             place = place(), known = m_known, this] {
        const TrustRecord record;
        const auto isForeign = [&](const Permission &permission) { return !known.isOwn(permission); };
        Permissions own = permissionsOf(pipeline, registry, place, record, SurveyDepth::Definitions).needed;
        std::erase_if(own, isForeign);
        if (own.empty())
            return;
        own = permissionsOf(pipeline, registry, place, record).needed;
        std::erase_if(own, isForeign);
        if (auto added = record.add(own, place.identity()); !added)
            QMetaObject::invokeMethod(
                this, [this, text = added.error().message] { Q_EMIT failed(toQString(text)); }, Qt::QueuedConnection);
    }));
}

void TrustGate::tellFailure(const Result<> &result)
{
    if (!result)
        Q_EMIT failed(toQString(result.error().message));
}

void TrustGate::trustShipped(const Pipeline &pipeline,
                             const PipelinePlace &place,
                             const std::function<bool(const std::string &file)> &isShipped)
{
    Permissions shipped = permissionsOf(pipeline, m_document.registry(), place, m_record).needed;
    std::erase_if(shipped, [&](const Permission &permission) {
        return std::ranges::any_of(
            permission.files, [&](const auto &file) { return !file.first.starts_with('/') && !isShipped(file.first); });
    });
    tellFailure(m_record.add(shipped, place.identity()));
}

} // namespace millrace
