// SPDX-License-Identifier: MIT
#include "editing/NoteCommands.h"

#include "canvas/CanvasScene.h"
#include "canvas/CanvasView.h"
#include "document/Document.h"
#include "editing/NoteEditing.h"
#include "pipeline/layout/Layout.h"
#include "theme/Text.h"

#include <algorithm>
#include <utility>

namespace millrace {

namespace {

constexpr QSizeF EmptyFrame(320, 200);

/// The item after the selected one from above to below and left to right, and the first after the last.
template <typename Item>
const Item *nextOf(std::vector<Item *> items)
{
    if (items.empty())
        return nullptr;
    std::ranges::stable_sort(items, {}, [](const Item *item) {
        const QRectF &rect = item->view().rect;
        return std::pair(rect.top(), rect.left());
    });
    const auto selected = std::ranges::find_if(items, [](const Item *item) { return item->isSelected(); });
    return selected == items.end() || selected + 1 == items.end() ? items.front() : *(selected + 1);
}

} // namespace

NoteCommands::NoteCommands(Document &document, CanvasView &view, QObject *parent)
    : QObject(parent), m_document(document), m_view(view), m_scene(view.canvas())
{
    connect(&view, &CanvasView::noteActivated, this,
            [this](const std::string &id) { editNote(m_document, m_view, id); });
}

void NoteCommands::addNote()
{
    const QPointF at = m_view.handPosition();
    m_document.edit(tr("Add a note"), {}, [&](Pipeline &pipeline) {
        Note note;
        note.text = toUtf8(tr("A note"));
        note.rect = toRectangle(QRectF(grid::snapped(at), QSizeF(200, 40)));
        pipeline.notes.push_back(note);
    });
    const std::string added = m_document.pipeline().notes.back().id;
    m_scene.select({}, {added});
    editNote(m_document, m_view, added);
}

void NoteCommands::addFrame()
{
    QRectF area;
    for (const std::string &id : m_scene.selectedSteps())
        area |= m_scene.step(id)->card();
    for (const std::string &note : m_scene.selectedNotes())
        area |= m_scene.note(note)->view().rect;
    for (const std::string &frame : m_scene.selectedFrames())
        area |= m_scene.frame(frame)->view().rect;
    const QRectF rect =
        area.isEmpty() ? QRectF(grid::snapped(m_view.handPosition()), EmptyFrame) : FrameItem::around(area);
    m_document.edit(tr("Add a frame"), {}, [&](Pipeline &pipeline) {
        Frame frame;
        frame.text = toUtf8(tr("Frame"));
        frame.rect = toRectangle(rect);
        pipeline.frames.push_back(frame);
    });
    const std::string added = m_document.pipeline().frames.back().id;
    m_scene.select({}, {}, {added});
    m_view.renameFrame(added);
}

void NoteCommands::setFrameColor(const QString &word)
{
    const auto frames = m_scene.selectedFrames();
    if (frames.empty()) {
        Q_EMIT told(tr("Select a frame first: click its heading or its edge."));
        return;
    }
    m_document.edit(tr("Colour a frame"), {}, [&](Pipeline &pipeline) {
        for (const std::string &frame : frames)
            pipeline.frame(frame)->color = toUtf8(word);
    });
}

void NoteCommands::resizeSelection(QSizeF by)
{
    const auto notes = m_scene.selectedNotes(), frames = m_scene.selectedFrames();
    if (notes.empty() && frames.empty()) {
        Q_EMIT told(tr("Select a note or a frame first: Alt+N and Alt+G take the next one."));
        return;
    }
    const auto enlarge = [by](Rectangle &rect, QSizeF least) {
        rect.width = std::max(rect.width + by.width(), least.width());
        rect.height = std::max(rect.height + by.height(), least.height());
    };
    m_document.edit(tr("Resize"), QStringLiteral("resize"), [&](Pipeline &pipeline) {
        for (const std::string &note : notes)
            enlarge(pipeline.note(note)->rect, NoteItem::Least);
        for (const std::string &frame : frames)
            enlarge(pipeline.frame(frame)->rect, FrameItem::Least);
    });
}

void NoteCommands::selectNextFrame()
{
    const FrameItem *next = nextOf(m_scene.frames());
    if (!next) {
        Q_EMIT told(tr("There is no frame: “Add a frame” draws one around the selected steps."));
        return;
    }
    m_scene.select({}, {}, {next->id()});
    m_view.ensureVisible(next->view().rect, 60, 60);
    m_view.setFocus();
    Q_EMIT told(
        tr("Frame “%1”: F2 writes its heading, Ctrl+Alt+1 to 7 colour it, Ctrl+arrows move it, Alt+arrows make it "
           "larger or smaller.")
            .arg(next->view().text));
}

void NoteCommands::selectNextNote()
{
    const NoteItem *next = nextOf(m_scene.notes());
    if (!next) {
        Q_EMIT told(tr("There is no note: “Add a note” writes one."));
        return;
    }
    m_scene.select({}, {next->id()});
    m_view.ensureVisible(next->view().rect, 60, 60);
    m_view.setFocus();
    Q_EMIT told(tr("Note: F2 writes its text, Ctrl+arrows move it, Alt+arrows make it larger or smaller."));
}

} // namespace millrace
