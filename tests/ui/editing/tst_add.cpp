// SPDX-License-Identifier: MIT
// INTERACTION.md, "Add", line by line.
#include "log/ProblemsModel.h"
#include "ui/editing/EditingBench.h"

#include <QClipboard>
#include <QDir>
#include <QGuiApplication>
#include <QLabel>
#include <QTemporaryDir>
#include <QUrl>

namespace millrace::tst_add {

class TestAdd : public EditingTest
{
    Q_OBJECT

private Q_SLOTS:
    void init()
    {
        // A window of its own: the offscreen platform gives back the focus that a popup had only once.
        m_bench = std::make_unique<EditingBench>(m_registry);
        QVERIFY(m_bench->isActive());
        bench().put("source", "generate", 0, 80);
        bench().put("sink", "discard", 520, 80);
        bench().begin();
    }

    void cleanup() { m_bench.reset(); }

    void tabOpensQuickAddAtThePointer()
    {
        bench().point({300, 260});
        bench().key(Qt::Key_Tab);
        QVERIFY(bench().quickAdd().isVisible());
        QTest::keyClicks(&bench().search(), QStringLiteral("identity"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QCOMPARE(bench().place("identity"), QPointF(300, 260));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void spaceOpensQuickAdd()
    {
        bench().point({300, 260});
        bench().key(Qt::Key_Space);
        QVERIFY(bench().quickAdd().isVisible());
        QTest::keyClick(&bench().search(), Qt::Key_Escape);
        QVERIFY(!bench().quickAdd().isVisible());
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

    void aDoubleClickOnTheCanvasOpensQuickAdd()
    {
        bench().clickTwice({300, 300});
        QVERIFY(bench().quickAdd().isVisible());
        QVERIFY(savePicture(bench().quickAdd(), QStringLiteral("quick-add")));
    }

    void quickAddFiltersByNameSynonymAndDescription()
    {
        const StepType *type = m_registry.find("filter");
        QVERIFY(type && !type->synonyms.empty());
        bench().clickTwice({300, 300});
        QTest::keyClicks(&bench().search(), toQString(type->title));
        QCOMPARE(bench().offered().value(0), QStringLiteral("filter"));
        bench().search().clear();
        QTest::keyClicks(&bench().search(), toQString(type->synonyms.front()));
        QVERIFY(bench().offered().contains(QLatin1String("filter")));
        bench().search().clear();
        QTest::keyClicks(&bench().search(), toQString(type->help).section(QLatin1Char(' '), 0, 3));
        QVERIFY(bench().offered().contains(QLatin1String("filter")));
        bench().search().clear();
        QTest::keyClicks(&bench().search(), QStringLiteral("zzqx"));
        QVERIFY(bench().offered().isEmpty());
    }

    void quickAddRanksWhatIsUsuallyLinkedThereFirst()
    {
        // Nothing known: what works on items stands before what ends them.
        bench().click(bench().grip("source"));
        bench().key(Qt::Key_Tab);
        QVERIFY(bench().offered().indexOf(QLatin1String("filter"))
                < bench().offered().indexOf(QLatin1String("discard")));
        QTest::keyClick(&bench().search(), Qt::Key_Escape);
        bench().document().edit(QStringLiteral("habit"), {}, [](Pipeline &pipeline) {
            Link link;
            link.fromStep = "source";
            link.toStep = "sink";
            pipeline.links.push_back(link);
        });
        bench().view().setFocus();
        bench().key(Qt::Key_Tab);
        QCOMPARE(bench().offered().value(0), QStringLiteral("discard"));
    }

    void enterAddsAndLinksToTheSelectedStep()
    {
        bench().click(bench().grip("source"));
        bench().point({260, 260});
        bench().key(Qt::Key_Tab);
        QTest::keyClicks(&bench().search(), QStringLiteral("identity"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QVERIFY(bench().isLinked("source", "identity"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void anEmptyCanvasSaysWhatToDoUntilSomethingStandsThere()
    {
        bench().drawn = {};
        bench().begin();
        const auto *hint = bench().view().findChild<QLabel *>(QStringLiteral("canvasHint"));
        QVERIFY(hint);
        QTRY_VERIFY(hint->isVisible());
        QVERIFY(bench().view().rect().contains(hint->geometry()));
        // It isn't counted as a problem, though nothing can be run.
        const auto *problems = bench().window->findChild<ProblemsModel *>();
        QTRY_VERIFY(!bench().window->document().problems().empty());
        QCOMPARE(problems->rowCount(), 0);
        QVERIFY(savePicture(*bench().window, QStringLiteral("empty-canvas")));
        // It is in nobody's way.
        bench().clickTwice(bench().view().mapToScene(hint->geometry().center()));
        QVERIFY(bench().quickAdd().isVisible());
        QTest::keyClicks(&bench().search(), QStringLiteral("generate"));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
        QTRY_VERIFY(!hint->isVisible());
        QTRY_VERIFY(problems->rowCount() > 0); // what it makes goes nowhere
    }

    void stepsAddedByKeysOneAfterAnotherStandApart()
    {
        // Without a pointer over the canvas: a chain, then one beside a sink, then ones that nothing is linked to.
        for (const char *type : {"generate", "identity", "filter", "discard", "generate", "discard"})
            addByKeys(type);
        bench().key(Qt::Key_Escape);
        for (const char *type : {"generate", "generate", "generate"})
            addByKeys(type);
        expectApart();
        QCOMPARE(bench().pipeline().steps.size(), size_t(11));
        QVERIFY(bench().isLinked("generate", "identity"));
        QCOMPARE(bench().place("identity"), bench().place("generate") + QPointF(grid::ColumnWidth, 0));
        QCOMPARE(bench().place("filter"), bench().place("identity") + QPointF(grid::ColumnWidth, 0));
    }

    void stepsAddedAtARestingPointerStandApart()
    {
        bench().point({300, 260});
        for (const char *type : {"generate", "identity", "identity", "discard"})
            addByKeys(type);
        bench().key(Qt::Key_Escape);
        addByKeys("generate");
        expectApart();
        QCOMPARE(bench().place("generate"), QPointF(300, 260));
        QVERIFY(bench().isLinked("generate", "identity"));
        // The hand rests above or beside the card: what follows stands behind it all the same.
        QCOMPARE(bench().place("identity"), bench().place("generate") + QPointF(grid::ColumnWidth, 0));
    }

    void aHandBehindTheSelectedStepSaysWhereTheNextOneStands()
    {
        bench().click(bench().grip("source"));
        bench().point({500, 420});
        addByKeys("identity");
        QCOMPARE(bench().place("identity"), QPointF(500, 420));
        QVERIFY(bench().isLinked("source", "identity"));
    }

    void branchesOfAStepStandBelowOneAnother()
    {
        for (int i = 0; i < 3; ++i) {
            bench().click(bench().grip("source"));
            bench().window->findChild<StepAdder *>()->append(QStringLiteral("identity"));
        }
        expectApart();
        QCOMPARE(bench().place("identity"), QPointF(grid::ColumnWidth, 80));
        QCOMPARE(bench().pipeline().links.size(), size_t(3));
    }

    void aTypeIsDraggedFromThePalette()
    {
        QMimeData data;
        data.setData(QLatin1String(StepMimeType), "identity");
        QVERIFY(bench().drop(data, {300, 300}));
        QVERIFY(bench().item("identity").card().contains({300, 300}));
    }

    void droppedFilesMakeTheFittingSourcesFilledIn()
    {
        QTemporaryDir folder;
        QMimeData data;
        data.setUrls({fileIn(folder, "people.csv", "name\nAda\n"), fileIn(folder, "table.tsv", "a\tb\n1\t2\n"),
                      fileIn(folder, "items.jsonl", "{}\n"), fileIn(folder, "notes.txt", "x\n")});
        QVERIFY(bench().drop(data, {240, 20}));
        const auto &steps = bench().pipeline().steps;
        QCOMPARE(steps.size(), size_t(6));
        QCOMPARE(steps[2].type, std::string("read.csv"));
        QCOMPARE(steps[2].name, std::string("people"));
        QCOMPARE(std::string(steps[2].param("path")->toText()),
                 folder.filePath(QStringLiteral("people.csv")).toStdString());
        QCOMPARE(steps[3].type, std::string("read.csv"));
        QCOMPARE(std::string(steps[3].param("delimiter")->toText()), std::string("\t"));
        QCOMPARE(steps[4].type, std::string("read.jsonl"));
        QCOMPARE(steps[5].type, std::string("read.lines"));
        QCOMPARE(bench().undoSteps(), size_t(1));
        QCOMPARE(bench().selection().size(), size_t(4));
    }

    void aDroppedPythonFileIsAProgram()
    {
        QTemporaryDir folder;
        QMimeData data;
        data.setUrls({fileIn(folder, "price.py", "import millrace\n")});
        QVERIFY(bench().drop(data, {240, 20}));
        const PipelineStep &step = bench().pipeline().steps.back();
        QCOMPARE(step.type, std::string("program"));
        QCOMPARE(step.name, std::string("price"));
        QCOMPARE(toJson(*step.param("command")),
                 "[\"python3\",\"" + folder.filePath(QStringLiteral("price.py")).toStdString() + "\"]");
    }

    void aDroppedFolderMakesASourceOfItsFiles()
    {
        QTemporaryDir folder;
        QMimeData data;
        data.setUrls({QUrl::fromLocalFile(folder.path())});
        QVERIFY(bench().drop(data, {240, 20}));
        QCOMPARE(bench().pipeline().steps.back().type, std::string("read.files"));
        QCOMPARE(std::string(bench().pipeline().steps.back().param("folder")->toText()), folder.path().toStdString());
    }

    void aDroppedPipelineIsLeftToTheWindowWhichOpensIt()
    {
        QTemporaryDir folder;
        QMimeData data;
        data.setUrls({fileIn(folder, "one.millrace", "{\"millrace\": 1}")});
        bench().drop(data, {240, 20});
        QTRY_COMPARE(bench().document().path(), folder.filePath(QStringLiteral("one.millrace")));
        QCOMPARE(bench().pipeline().steps.size(), size_t(0));
    }

    void pastedTextThatIsAPipelineIsPastedAsSteps()
    {
        QGuiApplication::clipboard()->setText(QStringLiteral(
            R"({"millrace": 1, "steps": [{"id": "a", "type": "generate"}, {"id": "b", "type": "discard"}],
                "links": [{"from": "a", "to": "b"}]})"));
        bench().point({200, 300});
        bench().key(Qt::Key_V, Qt::ControlModifier);
        QCOMPARE(bench().pipeline().steps.size(), size_t(4));
        QVERIFY(bench().isLinked("a", "b"));
        QCOMPARE(bench().undoSteps(), size_t(1));
    }

    void otherPastedTextIsRefusedWithASentence()
    {
        QGuiApplication::clipboard()->setText(QStringLiteral("hello"));
        bench().key(Qt::Key_V, Qt::ControlModifier);
        QVERIFY(bench().told().contains(QLatin1String("no pipeline")));
        QCOMPARE(bench().undoSteps(), size_t(0));
    }

private:
    static QUrl fileIn(const QTemporaryDir &folder, const char *name, const char *text)
    {
        const QString path = folder.filePath(QLatin1String(name));
        QFile file(path);
        if (!file.open(QIODevice::WriteOnly) || file.write(text) < 0)
            return {};
        return QUrl::fromLocalFile(path);
    }

private:
    void addByKeys(const char *type)
    {
        bench().view().setFocus();
        bench().key(Qt::Key_Tab);
        QVERIFY(bench().quickAdd().isVisible());
        QTest::keyClicks(&bench().search(), QLatin1String(type));
        QCOMPARE(bench().offered().value(0), QLatin1String(type));
        QTest::keyClick(&bench().search(), Qt::Key_Return);
    }

    void expectApart()
    {
        const auto steps = bench().scene().steps();
        for (const StepItem *one : steps)
            for (const StepItem *other : steps)
                QVERIFY2(one == other || !one->card().intersects(other->card()),
                         qPrintable(toQString(one->id() + " covers " + other->id())));
    }
};

} // namespace millrace::tst_add

QTEST_MAIN(millrace::tst_add::TestAdd)
#include "tst_add.moc"
