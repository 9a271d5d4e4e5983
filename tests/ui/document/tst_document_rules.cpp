// SPDX-License-Identifier: MIT
// What holds of every state of a document, wherever it came from.
#include "document/Document.h"
#include "pipeline/PipelineFile.h"
#include "steps/StepBuilder.h"

#include <QFile>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace millrace::tst_document_rules {

namespace {

/// Needs a secret.
class Sender final : public Step
{
public:
    static void describe(StepBuilder<Sender> &step)
    {
        step.id("sender").family(Family::Transform);
        step.param("token", &Sender::m_token).secret().help("A password.");
    }

private:
    std::string m_token;
};

/// Reads files.
class Reader final : public Source
{
public:
    static void describe(StepBuilder<Reader> &step)
    {
        step.id("reader").family(Family::Source);
        step.param("path", &Reader::m_paths).kind(ParamKind::InputFile).help("Files.");
    }
    Result<bool> fetch(Batch &, size_t) override { return false; }
    SchemaPtr schema() const override { return nullptr; }

private:
    std::vector<std::string> m_paths;
};

} // namespace

class TestDocumentRules : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void initTestCase() { m_registry.add<Sender>(); }

    void init()
    {
        m_folder = std::make_unique<QTemporaryDir>();
        m_path = m_folder->filePath(QStringLiteral("mine.millrace"));
        m_document = std::make_unique<Document>(m_registry);
    }

    void cleanup() { m_document.reset(); }

    void aWindowHasNoStandardStreams()
    {
        m_registry.add<Reader>();
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"millrace": 1, "steps": [{"id": "r", "type": "reader", "params": {"path": ["x", "-"]}}]})");
        file.close();
        QSignalSpy checked(m_document.get(), &Document::problemsChanged);
        m_document->open(m_path);
        QVERIFY(checked.wait());
        const Problems problems = m_document->problems();
        const auto found = std::ranges::find(problems, std::string("path"), &Problem::param);
        QVERIFY(found != problems.end() && found->severity == Severity::Error && found->step == "r");
        QVERIFY2(found->text.find("is standard input") != std::string::npos, found->text.c_str());
    }

    void aSecretInPlainIsNeitherKeptNorSaved()
    {
        QFile file(m_path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(R"({"millrace": 1, "steps": [{"id": "s", "type": "sender", "params": {"token": "hunter2"}}]})");
        file.close();
        QSignalSpy opened(m_document.get(), &Document::opened), warned(m_document.get(), &Document::warned);
        m_document->open(m_path);
        QVERIFY(opened.wait());
        QCOMPARE(warned.size(), 1);
        const QString told = warned[0][0].toStringList().join(QLatin1Char(' '));
        QVERIFY(told.contains(QLatin1String("token")) && !told.contains(QLatin1String("hunter2")));
        QVERIFY(!m_document->pipeline().step("s")->param("token"));
        QVERIFY(m_document->isDirty()); // the file says something else
        m_document->edit(QStringLiteral("Paste"), {},
                         [](Pipeline &pipeline) { pipeline.steps[0].setParam("token", Value("hunter2")); });
        QVERIFY(writePipeline(m_document->pipeline()).find("hunter2") == std::string::npos);
        QVERIFY(m_document->saveNow(m_path));
        QVERIFY(file.open(QIODevice::ReadOnly));
        QVERIFY(!file.readAll().contains("hunter2"));
        m_document->edit(QStringLiteral("Say where"), {}, [](Pipeline &pipeline) {
            pipeline.steps[0].setParam("token", Value(Members{{"env", Value("TOKEN")}}));
        });
        QVERIFY(m_document->pipeline().step("s")->param("token"));
    }

    void notesKeepTheirIdsOverUndo()
    {
        const auto add = [this] {
            m_document->edit(QStringLiteral("Add"), {}, [](Pipeline &pipeline) { pipeline.notes.emplace_back(); });
        };
        add();
        add();
        QCOMPARE(m_document->pipeline().notes[1].id, std::string("note2"));
        m_document->edit(QStringLiteral("Remove"), {},
                         [](Pipeline &pipeline) { pipeline.notes.erase(pipeline.notes.begin()); });
        QCOMPARE(m_document->pipeline().notes[0].id, std::string("note2"));
        add();
        QCOMPARE(m_document->pipeline().notes[1].id, std::string("note3"));
        m_document->undo();
        m_document->undo();
        QCOMPARE(m_document->pipeline().notes[0].id, std::string("note1"));
        QCOMPARE(m_document->pipeline().notes[1].id, std::string("note2"));
    }

private:
    StepRegistry m_registry;
    std::unique_ptr<QTemporaryDir> m_folder;
    std::unique_ptr<Document> m_document;
    QString m_path;
};

} // namespace millrace::tst_document_rules

QTEST_GUILESS_MAIN(millrace::tst_document_rules::TestDocumentRules)

#include "tst_document_rules.moc"
