// SPDX-License-Identifier: MIT
#include "streaming/QueueWorker.h"

#include "data/ExceptionError.h"
#include "engine/Executor.h"
#include "process/Event.h"
#include "streaming/PipelineDefinition.h"
#include "streaming/TaskQueue.h"

#include <algorithm>
#include <condition_variable>

namespace millrace {

namespace {

std::shared_ptr<const PipelineDefinition> definitionOf(const StepPrototype &step, const QueueWorkerOptions &options)
{
    QueuedStep queued(options.name, options.workers, options.arguments, options.queueSize, step);
    queued.runIn = options.runIn;
    queued.timeLimit = options.timeLimit;
    queued.memoryLimit = options.memoryLimit;
    QueuedPipelineOptions around;
    around.queueSize = options.queueSize;
    around.folder = options.folder;
    around.seed = options.seed;
    around.registry = options.registry;
    return PipelineDefinition::make(PipelineDefinition::Kind::Sequence, {std::move(queued)}, std::move(around));
}

const PlannedStep *plannedStep(const PipelineDefinition &definition)
{
    if (definition.stretches.size() != 1)
        return nullptr;
    const auto *compiled = std::get_if<CompiledRun>(&definition.stretches.front());
    if (!compiled)
        return nullptr;
    const auto &steps = compiled->plan.steps;
    const auto found = std::find_if(steps.begin(), steps.end(),
                                    [](const PlannedStep &one) { return one.kind == StepKind::Transform; });
    return found == steps.end() ? nullptr : &*found;
}

std::string nameOf(const StepPrototype &step, const QueueWorkerOptions &options)
{
    return options.name.empty() ? step.name() : options.name;
}

} // namespace

class QueueWorker::Private
{
public:
    Private(QueueWorker &owner, const StepPrototype &step, QueueWorkerOptions given)
        : options(std::move(given)), prototype(step), definition(definitionOf(step, options)), m_owner(owner)
    {
        settingsProblem = definition->problem;
        if (settingsProblem.empty() && step.pipeline())
            settingsProblem = "A queue worker has one step; subscribe a worker for each step to the one before it.";
        planned = settingsProblem.empty() ? plannedStep(*definition) : nullptr;
        if (settingsProblem.empty() && !planned)
            settingsProblem = "The step \"" + step.name() + "\" can't work on tasks one by one.";
    }

    int workerCount() const
    {
        int count = std::max(1, planned->workers);
        if (planned->mostWorkers > 0)
            count = std::min(count, planned->mostWorkers);
        return planned->isOrdered ? 1 : count;
    }

    bool start();
    void end();
    void work(int worker);

    const QueueWorkerOptions options;
    const StepPrototype prototype;
    const std::shared_ptr<const PipelineDefinition> definition;
    const PlannedStep *planned = nullptr;
    std::string settingsProblem;

    std::mutex control; ///< guards starting and ending
    std::atomic<bool> isRunning{false}, isCancelled{false};

    mutable std::mutex mutex; ///< guards all below
    std::optional<Error> openError;
    std::shared_ptr<Event> interrupt; ///< shared with who cancels meanwhile

private:
    Result<std::unique_ptr<Step>> opened(int worker) const;
    void perform(Step &step, QueuedPipelineTask &task, SchemaPtr &schema) const;
    Error placed(const Error &error, const Batch &batch, std::optional<size_t> row) const;

    QueueWorker &m_owner;
    std::condition_variable m_hasOpened;
    int m_opening = 0;                    ///< workers that haven't opened their steps yet
    std::unique_ptr<Executor> m_executor; ///< last: its threads end before anything else goes
};

Result<std::unique_ptr<Step>> QueueWorker::Private::opened(int worker) const
{
    return caught([&]() -> Result<std::unique_ptr<Step>> {
        auto made = planned->make(worker);
        if (!made)
            return made;
        if (!options.learnt.isNull())
            if (auto restored = (*made)->setState(options.learnt); !restored)
                return restored.forward();
        StepContext context;
        context.stepId = m_owner.name();
        context.worker = worker;
        context.workers = workerCount();
        context.folder = options.folder;
        context.seed = options.seed;
        context.linkedPorts = {"out"};
        context.interrupt = interrupt->number();
        if (auto open = (*made)->open(context); !open)
            return open.forward();
        return made;
    });
}

bool QueueWorker::Private::start()
{
    const std::lock_guard starting(control);
    if (isRunning)
        return true;
    isCancelled = false;
    if (!settingsProblem.empty()) {
        m_owner.setPublishing(true);
        m_owner.setPublishing(false, Error{"settings", settingsProblem});
        m_owner.close();
        return false;
    }
    const int workers = workerCount();
    m_executor = makeDefaultExecutor();
    {
        const std::lock_guard lock(mutex);
        openError.reset();
        interrupt = std::make_shared<Event>();
        m_opening = workers;
    }
    m_owner.breakOff(false);
    m_owner.queue().reopen();
    m_owner.setPublishing(true);
    for (int worker = 0; worker < workers; ++worker)
        m_executor->start([this, worker] { work(worker); });
    std::unique_lock lock(mutex);
    m_hasOpened.wait(lock, [this] { return m_opening == 0; });
    isRunning = !openError;
    if (isRunning)
        return true;
    const Error error = *openError;
    lock.unlock();
    m_owner.close();
    m_owner.queue().clear();
    m_executor.reset();
    m_owner.setPublishing(false, error);
    return false;
}

/// Until all threads have ended. The queue is closed.
void QueueWorker::Private::end()
{
    const std::lock_guard ending(control);
    if (!isRunning)
        return;
    m_executor->waitForDone();
    m_executor.reset();
    isRunning = false;
    m_owner.setPublishing(false);
}

/// A worker's life. It takes no task before all have opened their steps: else a start that fails would have done part of the work.
void QueueWorker::Private::work(int worker)
{
    auto step = opened(worker);
    {
        std::unique_lock lock(mutex);
        if (!step && !openError)
            openError = Error{step.error().kind, "In the step \"" + m_owner.name() + "\": " + step.error().message};
        if (--m_opening == 0)
            m_hasOpened.notify_all();
        else
            m_hasOpened.wait(lock, [this] { return m_opening == 0; });
        if (openError) {
            lock.unlock();
            if (step)
                (void)closeSafely(**step);
            return;
        }
    }
    SchemaPtr schema;
    while (!isCancelled) {
        auto entry = m_owner.queue().take();
        if (!entry)
            break;
        perform(**step, entry->task, schema);
        m_owner.notify(std::move(entry->task));
    }
    (void)closeSafely(**step); // its tasks are done: no error can be told with them
}

/// The error with its place: the step, and the item or the batch that was to blame.
Error QueueWorker::Private::placed(const Error &error, const Batch &batch, std::optional<size_t> row) const
{
    std::string place;
    if (row && !batch.id(*row).isNull())
        place = ", item " + toJson(batch.id(*row));
    else
        place = ", batch " + std::to_string(batch.sequence);
    return {error.kind, "In the step \"" + m_owner.name() + '"' + place + ": " + error.message};
}

/// `schema`: that of the worker's last task. Equal fields share it, so that the step needn't look them up anew.
void QueueWorker::Private::perform(Step &step, QueuedPipelineTask &task, SchemaPtr &schema) const
{
    task.step = m_owner.name();
    if (task.error)
        return;
    auto made = task.data.toBatch();
    if (!made) {
        task.error = Error{made.error().kind, "In the step \"" + m_owner.name() + "\": " + made.error().message};
        return;
    }
    Batch &batch = **made;
    if (schema && *schema == *batch.schema())
        batch.setSchema(schema);
    else
        schema = batch.schema();
    batch.sequence = batch.origin.sequence = uint64_t(task.sequence);
    const Result<> done = caught([&] { return step.process(batch); });
    if (!done) {
        task.error = placed(done.error(), batch, batch.size() == 1 ? std::optional<size_t>(0) : std::nullopt);
        return;
    }
    if (!batch.errors().empty()) {
        const ItemError &first =
            *std::min_element(batch.errors().begin(), batch.errors().end(),
                              [](const ItemError &a, const ItemError &b) { return a.row < b.row; });
        task.error = placed({first.kind, first.message}, batch, first.row);
        return;
    }
    if (!batch.ports().empty()) {
        std::vector<uint32_t> rows;
        for (uint32_t row = 0; row < batch.size(); ++row)
            if (batch.ports()[row] == 0)
                rows.push_back(row);
        batch.keepRows(rows);
        batch.clearVerdicts();
    }
    task.data = DataContainer::of(batch);
}

QueueWorker::QueueWorker(StepPrototype step, QueueWorkerOptions options)
    : ObservableQueue(nameOf(step, options), options.queueSize, Unstarted())
    , d(std::make_unique<Private>(*this, step, std::move(options)))
{}

QueueWorker::~QueueWorker()
{
    cancel();
}

std::string QueueWorker::problem() const
{
    if (!d->settingsProblem.empty())
        return d->settingsProblem;
    const std::lock_guard lock(d->mutex);
    return d->openError ? d->openError->message : std::string();
}

bool QueueWorker::start()
{
    return d->start();
}

void QueueWorker::stop()
{
    close();
    d->end();
}

void QueueWorker::cancel()
{
    d->isCancelled = true;
    close();
    queue().clear();
    breakOff(true);
    std::shared_ptr<Event> interrupt;
    {
        const std::lock_guard lock(d->mutex);
        interrupt = d->interrupt;
    }
    if (interrupt)
        interrupt->set();
    d->end();
}

bool QueueWorker::isRunning() const
{
    return d->isRunning;
}

Result<StepRecord> QueueWorker::record() const
{
    if (const std::string problem = d->settingsProblem; !problem.empty())
        return failure("settings", problem);
    if (d->prototype.ownType())
        return failure("settings", "The step \"" + name()
                                       + "\" is made of this program's own code and can't be saved; use a registered "
                                         "step.");
    List arguments, waiting, subscribers;
    for (const Members &set : d->options.arguments)
        arguments.push_back(Value(set));
    for (const int64_t number : queue().waiting())
        waiting.push_back(number);
    for (const std::string &subscriber : subscriberNames())
        subscribers.push_back(Value(subscriber));
    StepRecord record{name(), d->prototype.type(), d->prototype.params(), d->options.learnt, {}};
    record.extra = {{"workers", d->options.workers},
                    {"queueSize", d->options.queueSize},
                    {"workerArguments", Value(std::move(arguments))},
                    {"inProcesses", d->options.runIn == RunIn::Processes},
                    {"waiting", Value(std::move(waiting))},
                    {"subscribers", Value(std::move(subscribers))}};
    return record;
}

Result<std::unique_ptr<QueueWorker>> QueueWorker::fromRecord(const StepRecord &record, const StepRegistry *registry)
{
    QueueWorkerOptions options;
    options.name = record.id;
    options.learnt = record.state;
    options.registry = registry;
    for (const auto &[key, value] : record.extra) {
        if (key == "workers" && value.isInteger())
            options.workers = int(value.toInteger());
        else if (key == "queueSize" && value.isInteger())
            options.queueSize = int(value.toInteger());
        else if (key == "inProcesses" && value == Value(true))
            options.runIn = RunIn::Processes;
        else if (key == "workerArguments" && value.isList())
            for (const Value &set : value.toList())
                if (set.isObject())
                    options.arguments.push_back(set.toObject());
    }
    auto worker = std::make_unique<QueueWorker>(StepPrototype::registered(record.type, record.params), options);
    if (std::string problem = worker->problem(); !problem.empty())
        return failure("settings", std::move(problem));
    return worker;
}

} // namespace millrace
