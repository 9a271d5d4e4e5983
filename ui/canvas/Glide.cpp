// SPDX-License-Identifier: MIT
#include "canvas/Glide.h"

#include "canvas/CanvasScene.h"

#include <QApplication>
#include <QStyle>

#include <utility>

namespace millrace {

namespace {

QPointF between(QPointF from, QPointF to, double part)
{
    return part >= 1 ? to : from + (to - from) * part;
}

} // namespace

Glide::Glide(CanvasScene &scene) : m_scene(scene)
{
    m_animation.setDuration(Duration);
    m_animation.setStartValue(0.0);
    m_animation.setEndValue(1.0);
    m_animation.setEasingCurve(QEasingCurve::InOutCubic);
    connect(&m_animation, &QVariantAnimation::valueChanged, this, [this](const QVariant &value) {
        if (isRunning())
            show(value.toDouble());
    });
    connect(&m_animation, &QVariantAnimation::finished, this, [this] { show(1); });
}

Glide::Places Glide::places() const
{
    Places places;
    for (const StepItem *step : m_scene.steps())
        places.steps[step->id()] = step->pos();
    for (const NoteItem *note : m_scene.notes())
        places.notes[note->id()] = note->pos();
    for (const FrameItem *frame : m_scene.frames())
        places.frames[frame->id()] = frame->shownRect();
    return places;
}

void Glide::from(Places before)
{
    settle();
    if (QApplication::style()->styleHint(QStyle::SH_Widget_Animation_Duration) == 0)
        return;
    m_before = std::move(before);
    show(0);
    m_animation.start();
}

void Glide::settle()
{
    if (!isRunning())
        return;
    m_animation.stop();
    show(1);
}

void Glide::show(double part)
{
    for (const auto &[id, from] : m_before.steps)
        if (StepItem *step = m_scene.step(id))
            step->setPos(between(from, step->view().position, part));
    for (const auto &[id, from] : m_before.notes)
        if (NoteItem *note = m_scene.note(id))
            note->setPos(between(from, note->view().rect.topLeft(), part));
    for (const auto &[id, from] : m_before.frames)
        if (FrameItem *frame = m_scene.frame(id)) {
            const QRectF &to = frame->view().rect;
            frame->showAt(
                {between(from.topLeft(), to.topLeft(), part), between(from.bottomRight(), to.bottomRight(), part)});
        }
}

} // namespace millrace
