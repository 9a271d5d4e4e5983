// SPDX-License-Identifier: MIT
#include "pipeline/NoteIds.h"
#include "pipeline/PipelineFile.h"

#include <QTest>

#include <string>

using namespace millrace;

namespace tst_noteids {

namespace {

Pipeline withNotes(const std::string &notes)
{
    return parsePipeline(R"({"millrace": 1, "notes": [)" + notes + "]}")->pipeline;
}

std::string idsOf(const Pipeline &pipeline)
{
    std::string ids;
    for (const Note &note : pipeline.notes)
        ids += note.id + ' ';
    return ids;
}

} // namespace

class TestNoteIds : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void oldFilesAreReadAndWrittenAsEver()
    {
        const Pipeline pipeline = parsePipeline(R"({"millrace": 1, "notes": [{"text": "a"}, {"text": "b"}],
                                                    "frames": [{"text": "c"}]})")
                                      ->pipeline;
        QCOMPARE(idsOf(pipeline), std::string("note1 note2 "));
        QCOMPARE(pipeline.frames[0].id, std::string("frame1"));
        QVERIFY(writePipeline(pipeline).find("\"id\"") == std::string::npos);
    }
    void anIdThatIsNoPlacesIsWritten()
    {
        Pipeline pipeline = withNotes(R"({"text": "a"}, {"text": "b"}, {"text": "c"})");
        pipeline.notes.erase(pipeline.notes.begin());
        const std::string text = writePipeline(pipeline);
        QVERIFY(text.find(R"("id": "note2")") != std::string::npos);
        QVERIFY(parsePipeline(text)->pipeline == pipeline);
        QCOMPARE(idsOf(parsePipeline(text)->pipeline), std::string("note2 note3 "));
    }
    void anIdOfSomebodyElsesIsKept()
    {
        const Pipeline pipeline = withNotes(R"({"text": "a", "id": "mine"})");
        QVERIFY(writePipeline(pipeline).find(R"("id": "mine")") != std::string::npos);
        QCOMPARE(pipeline.note("mine")->text, std::string("a"));
        QVERIFY(!pipeline.note("note1"));
    }
    void noTwoHaveTheSame()
    {
        QCOMPARE(idsOf(withNotes(R"({"id": "note2"}, {"text": "without"}, {"id": "note2"}, {"id": "x"})")),
                 std::string("note2 note5 note3 x "));
    }
    void whoComesLaterTakesNoIdThatIsThere()
    {
        Pipeline pipeline = withNotes(R"({"text": "a"}, {"text": "b"})");
        pipeline.notes.erase(pipeline.notes.begin());
        pipeline.notes.push_back({"new", {}, {}});
        completeNoteIds(pipeline);
        QCOMPARE(idsOf(pipeline), std::string("note2 note3 "));
    }
    void anIdThatIsNoTextIsKeptInTheFile()
    {
        const Pipeline pipeline = withNotes(R"({"text": "a", "id": 5})");
        QCOMPARE(idsOf(pipeline), std::string("note1 "));
        QVERIFY(writePipeline(pipeline).find(R"("id": 5)") != std::string::npos);
    }
};

} // namespace tst_noteids

QTEST_APPLESS_MAIN(tst_noteids::TestNoteIds)

#include "tst_noteids.moc"
