//! What does an object store do? Amazon S3's operations on objects in memory.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard};

use async_trait::async_trait;
use futures_util::TryStreamExt;
use s3s::dto::*;
use s3s::{Body, S3, S3Request, S3Response, S3Result, s3_error};

use super::object_server::{BUCKET, State, StoredObject};

/// The operations of Amazon S3 that an object store needs to be one, on objects in memory.
pub(super) struct Protocol(pub(super) Arc<Mutex<State>>);

type Answer<T> = S3Result<S3Response<T>>;

impl Protocol {
    fn state(&self, bucket: &str) -> S3Result<MutexGuard<'_, State>> {
        match bucket == BUCKET {
            true => Ok(self.0.lock().expect("a state")),
            false => Err(s3_error!(NoSuchBucket)),
        }
    }

    fn stored(&self, bucket: &str, key: &str) -> S3Result<StoredObject> {
        let state = self.state(bucket)?;
        state
            .objects
            .get(key)
            .cloned()
            .ok_or_else(|| s3_error!(NoSuchKey))
    }
}

async fn read(body: Option<StreamingBlob>) -> S3Result<Vec<u8>> {
    let body = body.ok_or_else(|| s3_error!(IncompleteBody))?;
    let pieces: Vec<_> = body
        .try_collect()
        .await
        .map_err(|_| s3_error!(IncompleteBody))?;
    Ok(pieces.concat())
}

fn length(stored: &StoredObject) -> i64 {
    let announced = stored.announced.unwrap_or(stored.bytes.len() as u64);
    i64::try_from(announced).expect("a length")
}

#[async_trait]
impl S3 for Protocol {
    async fn put_object(&self, request: S3Request<PutObjectInput>) -> Answer<PutObjectOutput> {
        let input = request.input;
        let bytes = read(input.body).await?;
        let mut state = self.state(&input.bucket)?;
        if let Some((key, bytes)) = state.overtaking.take_if(|(key, _)| *key == input.key) {
            state.put(&key, bytes);
        }
        let there = state
            .objects
            .get(&input.key)
            .map(|stored| stored.e_tag.clone());
        let is_taken = input.if_none_match.is_some() && there.is_some();
        if is_taken || input.if_match.is_some_and(|wanted| there != Some(wanted)) {
            return Err(s3_error!(PreconditionFailed));
        }
        let e_tag = state.put(&input.key, bytes);
        state.written.push(input.key);
        Ok(S3Response::new(PutObjectOutput {
            e_tag: Some(e_tag),
            ..Default::default()
        }))
    }

    async fn head_object(&self, request: S3Request<HeadObjectInput>) -> Answer<HeadObjectOutput> {
        let stored = self.stored(&request.input.bucket, &request.input.key)?;
        Ok(S3Response::new(HeadObjectOutput {
            content_length: Some(length(&stored)),
            e_tag: Some(stored.e_tag),
            last_modified: Some(stored.modified.into()),
            ..Default::default()
        }))
    }

    async fn get_object(&self, request: S3Request<GetObjectInput>) -> Answer<GetObjectOutput> {
        let input = request.input;
        let stored = self.stored(&input.bucket, &input.key)?;
        let is_weak = stored.e_tag.starts_with("W/");
        if input
            .if_match
            .is_some_and(|wanted| is_weak || wanted != stored.e_tag)
        {
            return Err(s3_error!(PreconditionFailed));
        }
        let total = stored.bytes.len() as u64;
        let part = match input.range {
            Some(range) => range.check(total)?,
            None => 0..total,
        };
        let is_withheld = self.state(&input.bucket)?.ask(&input.key, &part);
        if is_withheld {
            pending::<()>().await;
        }
        let announced = length(&stored);
        let content_range = input
            .range
            .map(|_| format!("bytes {}-{}/{announced}", part.start, part.end - 1));
        let place = |offset| usize::try_from(offset).expect("a place");
        let mut bytes = stored.bytes[place(part.start)..place(part.end)].to_vec();
        let is_whole = bytes.len() == stored.bytes.len();
        let mut state = self.state(&input.bucket)?;
        if is_whole && state.flipping.take_if(|key| *key == input.key).is_some() {
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
        }
        Ok(S3Response::new(GetObjectOutput {
            content_length: Some(i64::try_from(bytes.len()).expect("a length")),
            content_range,
            body: Some(StreamingBlob::from(Body::from(bytes))),
            e_tag: Some(stored.e_tag),
            last_modified: Some(stored.modified.into()),
            ..Default::default()
        }))
    }

    async fn list_objects_v2(
        &self,
        request: S3Request<ListObjectsV2Input>,
    ) -> Answer<ListObjectsV2Output> {
        let input = request.input;
        let state = self.state(&input.bucket)?;
        let prefix = input.prefix.unwrap_or_default();
        let (mut contents, mut folders) = (Vec::new(), Vec::new());
        for (key, stored) in &state.objects {
            let Some(rest) = key.strip_prefix(&prefix) else {
                continue;
            };
            match rest.split_once('/').filter(|_| input.delimiter.is_some()) {
                Some((folder, _)) => folders.push(format!("{prefix}{folder}/")),
                None => contents.push(Object {
                    key: Some(key.clone()),
                    size: Some(length(stored)),
                    e_tag: Some(stored.e_tag.clone()),
                    last_modified: Some(stored.modified.into()),
                    ..Default::default()
                }),
            }
        }
        folders.dedup();
        let folders = folders.into_iter().map(|folder| CommonPrefix {
            prefix: Some(folder),
        });
        Ok(S3Response::new(ListObjectsV2Output {
            contents: Some(contents),
            common_prefixes: Some(folders.collect()),
            is_truncated: Some(false),
            ..Default::default()
        }))
    }

    async fn delete_objects(
        &self,
        request: S3Request<DeleteObjectsInput>,
    ) -> Answer<DeleteObjectsOutput> {
        let mut state = self.state(&request.input.bucket)?;
        let mut deleted = Vec::new();
        for object in request.input.delete.objects {
            state.objects.remove(&object.key);
            deleted.push(DeletedObject {
                key: Some(object.key),
                ..Default::default()
            });
        }
        Ok(S3Response::new(DeleteObjectsOutput {
            deleted: Some(deleted),
            ..Default::default()
        }))
    }

    async fn create_multipart_upload(
        &self,
        request: S3Request<CreateMultipartUploadInput>,
    ) -> Answer<CreateMultipartUploadOutput> {
        let mut state = self.state(&request.input.bucket)?;
        state.count += 1;
        let id = state.count.to_string();
        state.uploads.insert(id.clone(), Default::default());
        Ok(S3Response::new(CreateMultipartUploadOutput {
            bucket: Some(request.input.bucket),
            key: Some(request.input.key),
            upload_id: Some(id),
            ..Default::default()
        }))
    }

    async fn upload_part(&self, request: S3Request<UploadPartInput>) -> Answer<UploadPartOutput> {
        let input = request.input;
        let bytes = read(input.body).await?;
        let mut state = self.state(&input.bucket)?;
        let parts = state.uploads.get_mut(&input.upload_id);
        let parts = parts.ok_or_else(|| s3_error!(NoSuchUpload))?;
        parts.insert(input.part_number, bytes);
        Ok(S3Response::new(UploadPartOutput {
            e_tag: Some(format!("\"part-{}\"", input.part_number)),
            ..Default::default()
        }))
    }

    async fn complete_multipart_upload(
        &self,
        request: S3Request<CompleteMultipartUploadInput>,
    ) -> Answer<CompleteMultipartUploadOutput> {
        let input = request.input;
        let mut state = self.state(&input.bucket)?;
        let parts = state.uploads.remove(&input.upload_id);
        let parts = parts.ok_or_else(|| s3_error!(NoSuchUpload))?;
        let bytes: Vec<u8> = parts.into_values().flatten().collect();
        let e_tag = state.put(&input.key, bytes);
        state.written.push(input.key.clone());
        Ok(S3Response::new(CompleteMultipartUploadOutput {
            bucket: Some(input.bucket),
            key: Some(input.key),
            e_tag: Some(e_tag),
            ..Default::default()
        }))
    }

    async fn abort_multipart_upload(
        &self,
        request: S3Request<AbortMultipartUploadInput>,
    ) -> Answer<AbortMultipartUploadOutput> {
        let mut state = self.state(&request.input.bucket)?;
        state.uploads.remove(&request.input.upload_id);
        Ok(S3Response::new(AbortMultipartUploadOutput::default()))
    }
}
