// SPDX-License-Identifier: MIT
// The document: undo of everything the file stores, and its file, with what others do to it.
#include "document/Document.h"
#include "pipeline/PipelineFile.h"
#include "steps/StepBuilder.h"
#include "ui/support/Pictures.h"

#include <QDir>
#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <csignal>
#include <semaphore>
#include <sys/resource.h>

namespace millrace::tst_document {

namespace {

PipelineStep stepOf(const std::string &id, const std::string &type)
{
    PipelineStep step;
    step.id = id;
    step.type = type;
    return step;
}

QByteArray textIn(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

void putText(const QString &path, const QByteArray &text)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::WriteOnly | QIODevice::Truncate));
    QCOMPARE(file.write(text), text.size());
}

/// Its check waits until it may go on.
class Gate final : public Step
{
public:
    static void describe(StepBuilder<Gate> &step) { step.id("gate").title("Gate").family(Family::Transform); }
    void check(const CheckContext &, std::vector<StepProblem> &) const override
    {
        entered.release();
        mayGoOn.acquire();
    }
    static inline std::counting_semaphore<> entered{0}, mayGoOn{0};
};

} // namespace

class TestDocument : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { registerBuiltInSteps(m_registry); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("mine.millrace"));
        m_document = std::make_unique<Document>(m_registry);
        m_document->edit(QStringLiteral("Add"), {}, [](Pipeline &pipeline) {
            pipeline.steps = {stepOf("numbers", "generate"), stepOf("double", "multiply")};
            pipeline.links.push_back({"numbers", "out", "double", "in", {}});
            pipeline.notes.push_back({"A note", {10, 20, 200, 40}, {}});
        });
    }

    void cleanup() { m_document.reset(); }

    void everythingTheFileStoresIsUndoneAndRedone_data()
    {
        QTest::addColumn<int>("number");
        for (int i = 0; i < int(edits().size()); ++i)
            QTest::addRow("%s", edits()[size_t(i)].first) << i;
    }

    void everythingTheFileStoresIsUndoneAndRedone()
    {
        QFETCH(int, number);
        const std::string before = writePipeline(m_document->pipeline());
        QVERIFY(m_document->edit(QStringLiteral("Edit"), {}, edits()[size_t(number)].second));
        const std::string after = writePipeline(m_document->pipeline());
        QVERIFY2(after != before, "the file doesn't store it");
        m_document->undo();
        QCOMPARE(writePipeline(m_document->pipeline()), before);
        m_document->redo();
        QCOMPARE(writePipeline(m_document->pipeline()), after);
    }

    void savingWritesWhatWasGuessedAndUndoTakesItBack()
    {
        readTable("a;b\n1,5;x\n", {{"quote", Value("'")}});
        checkNow();
        QSignalSpy saved(m_document.get(), &Document::saved);
        m_document->save(m_path);
        QTRY_COMPARE(saved.count(), 1);
        const auto param = [this](const char *name) {
            const Value *value = m_document->pipeline().step("in")->param(name);
            return value ? toJson(*value) : std::string();
        };
        QCOMPARE(param("delimiter"), std::string("\";\""));
        QCOMPARE(param("decimal"), std::string("\",\""));
        QCOMPARE(param("encoding"), std::string("\"UTF-8\""));
        QCOMPARE(param("quote"), std::string("\"'\""));
        QVERIFY(textIn(m_path).contains("\"delimiter\": \";\""));
        QVERIFY(!m_document->isDirty());
        m_document->undo();
        QCOMPARE(param("delimiter"), std::string());
        QVERIFY(m_document->isDirty());
    }

    void guessesOfAFileThatIsNoLongerReadAreNotWritten()
    {
        readTable("a;b\n1,5;x\n", {});
        checkNow();
        m_document->edit(QStringLiteral("Change"), {},
                         [](Pipeline &pipeline) { pipeline.step("in")->setParam("path", Value("/nowhere.csv")); });
        QSignalSpy saved(m_document.get(), &Document::saved);
        m_document->save(m_path);
        QTRY_COMPARE(saved.count(), 1);
        QVERIFY(!m_document->pipeline().step("in")->param("delimiter"));
    }

    void editsOfOneGestureAreOneStepBack()
    {
        const auto move = [this](double x) {
            m_document->edit(QStringLiteral("Move"), QStringLiteral("move"), [x](Pipeline &pipeline) {
                pipeline.steps[0].position = {x, 0};
            });
        };
        for (int x = 1; x < 10; ++x)
            move(x);
        QCOMPARE(m_document->captions().size(), 3);
        m_document->endGesture();
        move(20);
        QCOMPARE(m_document->captions().size(), 4);
        m_document->undo();
        QCOMPARE(m_document->pipeline().steps[0].position->x, 9.0);
        m_document->undo();
        QVERIFY(!m_document->pipeline().steps[0].position);
    }

    void anEditThatIsAddedToTheLastIsOneStepBackWithIt()
    {
        const auto x = [](double value) {
            return [value](Pipeline &pipeline) { pipeline.steps[0].position = {value, 0}; };
        };
        m_document->edit(QStringLiteral("Move"), {}, x(1));
        const qsizetype count = m_document->captions().size();
        m_document->endGesture();
        QVERIFY(m_document->amend(x(2)));
        QVERIFY(!m_document->amend(x(2))); // nothing is changed
        QCOMPARE(m_document->captions().size(), count);
        m_document->undo();
        QVERIFY(!m_document->pipeline().steps[0].position);
        m_document->redo();
        QCOMPARE(m_document->pipeline().steps[0].position->x, 2.0);
        QVERIFY(m_document->amend([](Pipeline &pipeline) { pipeline.steps[0].position.reset(); }));
        QCOMPARE(m_document->captions().size(), count - 1); // together they changed nothing
    }

    void whatChangesNothingLeavesNoTrace()
    {
        QVERIFY(!m_document->edit(QStringLiteral("Nothing"), {}, [](Pipeline &) {}));
        QCOMPARE(m_document->captions().size(), 2);
    }

    void undoneToWhatIsSavedNothingIsUnsaved()
    {
        save();
        QVERIFY(!m_document->isDirty());
        m_document->edit(QStringLiteral("Name"), {}, [](Pipeline &pipeline) { pipeline.name = "other"; });
        QVERIFY(m_document->isDirty());
        m_document->undo();
        QVERIFY(!m_document->isDirty());
        m_document->undo();
        QVERIFY(m_document->isDirty());
    }

    void aSmallEditIsASmallDifferenceInTheFile()
    {
        save();
        const QByteArrayList before = textIn(m_path).split('\n');
        m_document->edit({}, {}, [](Pipeline &pipeline) { pipeline.steps[1].workers = 4; });
        save();
        const QByteArrayList after = textIn(m_path).split('\n');
        QByteArrayList added = after;
        for (const QByteArray &line : before)
            added.removeOne(line);
        QVERIFY2(added.size() <= 2, added.join("; ").constData());
        m_document->undo();
        save();
        QCOMPARE(textIn(m_path).split('\n'), before);
    }

    void whatSomebodyElseWritesIsNoticedAndCanBeTakenOver()
    {
        save();
        QSignalSpy changed(m_document.get(), &Document::changedOnDisk);
        Pipeline other = m_document->pipeline();
        other.name = "theirs";
        QVERIFY(savePipeline(other, m_path.toStdString())); // under another name first, then renamed
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 30'000);
        QVERIFY(m_document->isDirty());
        m_document->reload();
        QTRY_COMPARE_WITH_TIMEOUT(m_document->pipeline().name, std::string("theirs"), 30'000);
        QVERIFY(!m_document->isDirty());
        m_document->undo();
        QVERIFY(m_document->pipeline().name.empty());
        QVERIFY(m_document->isDirty());
        // In place, as editors do it that keep the file.
        putText(m_path, textIn(m_path).replace("theirs", "again"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 2, 30'000);
    }

    void ownSavesAreNoNews()
    {
        QSignalSpy changed(m_document.get(), &Document::changedOnDisk);
        for (int i = 0; i < 5; ++i) {
            m_document->edit({}, {}, [i](Pipeline &pipeline) { pipeline.name = std::to_string(i); });
            save();
        }
        // Another file's news comes later than that of the own.
        QSignalSpy vanished(m_document.get(), &Document::vanishedFromDisk);
        QVERIFY(QFile::remove(m_path));
        QTRY_COMPARE_WITH_TIMEOUT(vanished.size(), 1, 30'000);
        QCOMPARE(changed.size(), 0);
    }

    void aFileThatOthersChangedIsNotOverwrittenUnasked()
    {
        save();
        const QByteArray theirs = textIn(m_path).replace("A note", "Theirs");
        putText(m_path, theirs);
        m_document->edit({}, {}, [](Pipeline &pipeline) { pipeline.name = "mine"; });
        QSignalSpy conflicted(m_document.get(), &Document::conflicted);
        m_document->save(m_path);
        QTRY_COMPARE_WITH_TIMEOUT(conflicted.size(), 1, 30'000);
        QCOMPARE(textIn(m_path), theirs);
        QVERIFY(!m_document->saveNow(m_path));
        QSignalSpy saved(m_document.get(), &Document::saved);
        m_document->save(m_path, true);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 30'000);
        QCOMPARE(textIn(m_path).toStdString(), writePipeline(m_document->pipeline()));
    }

    void mineIsKeptAndSavedWithoutAnotherQuestion()
    {
        save();
        QSignalSpy changed(m_document.get(), &Document::changedOnDisk);
        putText(m_path, textIn(m_path).replace("A note", "Theirs"));
        QTRY_COMPARE_WITH_TIMEOUT(changed.size(), 1, 30'000);
        m_document->keepMine();
        QVERIFY(m_document->isDirty());
        QVERIFY(m_document->saveNow(m_path));
        QVERIFY(!m_document->isDirty());
        QVERIFY(textIn(m_path).contains("A note"));
    }

    void aFileThatIsGoneLeavesTheDrawingUnsaved()
    {
        save();
        QSignalSpy vanished(m_document.get(), &Document::vanishedFromDisk);
        QVERIFY(QFile::remove(m_path));
        QTRY_COMPARE_WITH_TIMEOUT(vanished.size(), 1, 30'000);
        QVERIFY(m_document->isDirty());
        save();
        QVERIFY(QFile::exists(m_path));
    }

    void aReadOnlyFileStaysAsItIs()
    {
        save();
        const QByteArray before = textIn(m_path);
        QVERIFY(QFile::setPermissions(m_path, QFileDevice::ReadOwner));
        saveFails(m_path, "read-only");
        QCOMPARE(textIn(m_path), before);
        QVERIFY(m_document->isDirty());
    }

    void aFolderThatIsGoneIsNamed()
    {
        saveFails(m_folder->filePath(QStringLiteral("gone/mine.millrace")), "no such folder");
    }

    void onAFullDiskTheOldFileStaysWhole()
    {
        save();
        const QByteArray before = textIn(m_path);
        saveFails(QStringLiteral("/dev/full"), "the disk is full");
        // A write that breaks off in the middle: the limit is on the size of files.
        std::signal(SIGXFSZ, SIG_IGN);
        rlimit limit{}, none{};
        QCOMPARE(::getrlimit(RLIMIT_FSIZE, &limit), 0);
        none = limit;
        none.rlim_cur = 40;
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &none), 0);
        m_document->edit({}, {}, [](Pipeline &pipeline) { pipeline.name = "larger than it may be"; });
        QSignalSpy failed(m_document.get(), &Document::saveFailed);
        const bool isSaved = m_document->saveNow(m_path);
        QCOMPARE(::setrlimit(RLIMIT_FSIZE, &limit), 0);
        QVERIFY(!isSaved);
        QCOMPARE(failed.size(), 1);
        QCOMPARE(textIn(m_path), before);
        QVERIFY(m_document->isDirty());
        QCOMPARE(QDir(m_folder->path()).entryList(QDir::Files | QDir::Hidden).size(), 1);
        save();
        QVERIFY(textIn(m_path) != before);
    }

    void anEditEndsTheCheckOfWhatWasThereBefore()
    {
        StepRegistry registry;
        registerBuiltInSteps(registry);
        registry.add<Gate>();
        Document document(registry);
        document.edit({}, {}, [](Pipeline &pipeline) {
            pipeline.steps = {stepOf("numbers", "generate"), stepOf("first", "gate"), stepOf("second", "gate")};
            pipeline.links = {{"numbers", "out", "first", "in", {}}, {"first", "out", "second", "in", {}}};
        });
        QVERIFY(QTest::qWaitFor([] { return Gate::entered.try_acquire(); }, 30'000)); // the first step's
        document.edit({}, {}, [](Pipeline &pipeline) { pipeline.name = "newer"; });
        Gate::mayGoOn.release();
        QVERIFY(QTest::qWaitFor([] { return Gate::entered.try_acquire(); }, 30'000)); // the first step's again
        Gate::mayGoOn.release();
        QVERIFY(QTest::qWaitFor([] { return Gate::entered.try_acquire(); }, 30'000));
        Gate::mayGoOn.release();
        QTRY_VERIFY_WITH_TIMEOUT(!document.isChecking(), 30'000);
        QVERIFY(!Gate::entered.try_acquire());
    }

    void aFileThatCantBeOpenedLeavesWhatWasThere()
    {
        const QString broken = m_folder->filePath(QStringLiteral("broken.millrace"));
        putText(broken, "{ \"millrace\": 1, ");
        QSignalSpy failed(m_document.get(), &Document::failed);
        for (const QString &path : {broken, m_folder->filePath(QStringLiteral("none.millrace")), m_folder->path()}) {
            failed.clear();
            m_document->open(path);
            QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
            const QString sentence = failed[0][0].toString();
            QVERIFY2(sentence.startsWith(QStringLiteral("“%1”").arg(QFileInfo(path).fileName())), qPrintable(sentence));
            QCOMPARE(m_document->pipeline().steps.size(), size_t(2));
        }
    }

private:
    /// A drawing of one step that reads that table.
    void readTable(const QByteArray &text, Members params)
    {
        const QString path = m_folder->filePath(QStringLiteral("x.csv"));
        putText(path, text);
        m_document->edit(QStringLiteral("Read"), {}, [&](Pipeline &pipeline) {
            pipeline = {};
            pipeline.steps = {stepOf("in", "read.csv")};
            pipeline.steps[0].params = std::move(params);
            pipeline.steps[0].setParam("path", Value(path.toStdString()));
        });
    }

    void checkNow()
    {
        m_document->check();
        QTRY_VERIFY(m_document->fields().guesses.contains("in"));
    }

    using Change = std::pair<const char *, Document::Edit>;

    static const std::vector<Change> &edits()
    {
        static const std::vector<Change> all{
            {"name of the pipeline", [](Pipeline &p) { p.name = "other"; }},
            {"batch size",
             [](Pipeline &p) {
                 p.hasBatching = true;
                 p.batching.size = 7;
             }},
            {"padding",
             [](Pipeline &p) {
                 p.hasBatching = true;
                 p.batching.incomplete = Batching::Incomplete::Pad;
                 p.batching.padDataInputs = Value(1.5);
             }},
            {"default workers",
             [](Pipeline &p) {
                 p.hasDefaults = true;
                 p.defaults.workers = 3;
             }},
            {"default queue size",
             [](Pipeline &p) {
                 p.hasDefaults = true;
                 p.defaults.queueSize = 3;
             }},
            {"a new step", [](Pipeline &p) { p.steps.push_back(stepOf("more", "identity")); }},
            {"a step less",
             [](Pipeline &p) {
                 p.steps.pop_back();
                 p.links.clear();
             }},
            {"order of steps", [](Pipeline &p) { std::swap(p.steps[0], p.steps[1]); }},
            {"name of a step", [](Pipeline &p) { p.steps[1].name = "Twice"; }},
            {"type of a step", [](Pipeline &p) { p.steps[1].type = "add"; }},
            {"a setting", [](Pipeline &p) { p.steps[1].setParam("by", Value(4.0)); }},
            {"workers", [](Pipeline &p) { p.steps[1].workers = 4; }},
            {"queue size", [](Pipeline &p) { p.steps[1].queueSize = 4; }},
            {"queue memory", [](Pipeline &p) { p.steps[1].queueBytes = 1000; }},
            {"memory of the run", [](Pipeline &p) { p.limits.memory = Value("1 GiB"); }},
            {"run in", [](Pipeline &p) { p.steps[1].runIn = "processes"; }},
            {"on error", [](Pipeline &p) { p.steps[1].onError = ErrorPolicy::Route; }},
            {"retries", [](Pipeline &p) { p.steps[1].retries = 2; }},
            {"time limit", [](Pipeline &p) { p.steps[1].timeLimit = 2.5; }},
            {"memory limit", [](Pipeline &p) { p.steps[1].memoryLimit = 100; }},
            {"worker arguments",
             [](Pipeline &p) {
                 p.steps[1].workerArguments = {{{"by", Value(3.0)}}};
             }},
            {"batching of a source",
             [](Pipeline &p) {
                 p.steps[0].batching.emplace();
                 p.steps[0].batching->size = 9;
             }},
            {"disabled", [](Pipeline &p) { p.steps[1].isEnabled = false; }},
            {"bypassed", [](Pipeline &p) { p.steps[1].isBypassed = true; }},
            {"position",
             [](Pipeline &p) {
                 p.steps[1].position = {40, 80};
             }},
            {"a new link",
             [](Pipeline &p) {
                 p.links.push_back({"double", "error", "numbers", "in", {}});
             }},
            {"a link less", [](Pipeline &p) { p.links.clear(); }},
            {"port of a link", [](Pipeline &p) { p.links[0].fromPort = "error"; }},
            {"a new note",
             [](Pipeline &p) {
                 p.notes.push_back({"more", {0, 0, 100, 40}, {}});
             }},
            {"text of a note", [](Pipeline &p) { p.notes[0].text = "other"; }},
            {"place of a note", [](Pipeline &p) { p.notes[0].rect.x = 11; }},
            {"size of a note", [](Pipeline &p) { p.notes[0].rect.width = 300; }},
            {"a note less", [](Pipeline &p) { p.notes.clear(); }},
            {"an unknown key",
             [](Pipeline &p) {
                 p.steps[1].unknown = {{"colour", Value("red")}};
             }},
        };
        return all;
    }

    void save()
    {
        QSignalSpy saved(m_document.get(), &Document::saved);
        m_document->save(m_path);
        QTRY_COMPARE_WITH_TIMEOUT(saved.size(), 1, 30'000);
    }

    void saveFails(const QString &path, const char *reason)
    {
        m_document->edit({}, {}, [](Pipeline &pipeline) { pipeline.name += "+"; });
        QSignalSpy failed(m_document.get(), &Document::saveFailed);
        m_document->save(path, true);
        QTRY_COMPARE_WITH_TIMEOUT(failed.size(), 1, 30'000);
        QVERIFY2(failed[0][0].toString().contains(QLatin1String(reason)), qPrintable(failed[0][0].toString()));
    }

    OwnSettings m_settings;
    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
    QString m_path;
    std::unique_ptr<Document> m_document;
};

} // namespace millrace::tst_document

QTEST_MAIN(millrace::tst_document::TestDocument)
#include "tst_document.moc"
