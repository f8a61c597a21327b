use std::ops::Add;

use super::call::{Call, Caller, document};
use super::{ClientError, Doubt, EvaluatorView, IndexView, Transport};
use crate::messages::{EvaluateRequest, EvaluateResponse, decode, encode};
use crate::oprf::{
    Blinding, Element, OprfError, Proof, Tag, VerifiedElement, blind, finalize, verify,
};

/// A batch of blinded inputs: at most [`MAX_ELEMENTS`](crate::messages::MAX_ELEMENTS) of them.
struct Batch<'a, I> {
    inputs: &'a [I],
    blindings: Vec<Blinding>,
    blinded: Vec<Element>,
}

/// Returns the tags of the inputs from all evaluators of the index together, each with its proof.
pub(super) fn tags<T: Transport, I: AsRef<[u8]>>(
    caller: &Caller<T>,
    view: &IndexView,
    inputs: &[I],
) -> Result<Vec<Tag>, ClientError> {
    let batch = Batch::new(inputs)?;
    let body = batch.request();
    let mut sums: Option<Vec<VerifiedElement>> = None;
    for (place, evaluator) in view.evaluators.iter().enumerate() {
        let answer = caller.call(&Call::post(&evaluator.url, &body))?;
        let verified = batch.verified(&answer, place, evaluator)?;
        sums = Some(match sums {
            None => verified,
            Some(sums) => sums
                .into_iter()
                .zip(verified)
                .map(|(a, b)| a.add(b))
                .collect(),
        });
    }
    Ok(batch.tags(&sums.unwrap_or_default()))
}

impl<'a, I: AsRef<[u8]>> Batch<'a, I> {
    fn new(inputs: &'a [I]) -> Result<Self, OprfError> {
        let blinded: Vec<(Blinding, Element)> = inputs
            .iter()
            .map(|input| blind(input.as_ref()))
            .collect::<Result<_, _>>()?;
        let (blindings, blinded) = blinded.into_iter().unzip();
        Ok(Self {
            inputs,
            blindings,
            blinded,
        })
    }

    fn request(&self) -> Vec<u8> {
        let blinded = self.blinded.iter();
        let request = EvaluateRequest {
            blinded: blinded.map(|element| encode(&element.to_bytes())).collect(),
        };
        // Cannot fail: a list of strings is JSON.
        serde_json::to_vec(&request).unwrap_or_default()
    }

    /// The evaluated elements of the evaluator at `place`, if its answer proves them.
    fn verified(
        &self,
        answer: &[u8],
        place: usize,
        evaluator: &EvaluatorView,
    ) -> Result<Vec<VerifiedElement>, Doubt> {
        let answer: EvaluateResponse = document(answer, "evaluation")?;
        if answer.evaluated.len() != self.blinded.len() {
            return Err(Doubt::Count { evaluator: place });
        }
        let evaluated: Option<Vec<Element>> =
            answer.evaluated.iter().map(|it| element(it)).collect();
        let evaluated = evaluated.ok_or(Doubt::Element { evaluator: place })?;
        decode(&answer.proof)
            .and_then(|bytes| Proof::from_bytes(&bytes).ok())
            .and_then(|proof| verify(&evaluator.public_key, &self.blinded, &evaluated, &proof).ok())
            .ok_or(Doubt::Proof { evaluator: place })
    }

    fn tags(&self, sums: &[VerifiedElement]) -> Vec<Tag> {
        let blinded = self.inputs.iter().zip(&self.blindings);
        blinded
            .zip(sums)
            .map(|((input, blinding), sum)| finalize(input.as_ref(), blinding, sum).tag())
            .collect()
    }
}

fn element(text: &str) -> Option<Element> {
    Element::from_bytes(&decode::<{ Element::LENGTH }>(text)?).ok()
}
